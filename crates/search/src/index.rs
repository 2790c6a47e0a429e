//! The index: opened or made, filled, committed with a mark, looked at.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tantivy::directory::Directory;
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy};
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, STRING, Schema, SchemaBuilder, TextFieldIndexing, TextOptions};
use tantivy::store::Compressor;
use tantivy::tokenizer::TokenizerManager;
use tantivy::{IndexReader, IndexSettings, IndexWriter, ReloadPolicy, TantivyDocument, Term};

use crate::fault::Doing;
use crate::grams::Grams;
use crate::names::Names;
use crate::sealed::{Salt, Seal, Sealed};
use crate::{Document, Fault, Shape, View};

/// Name of our own cutting.
const GRAMS: &str = "grams";
/// Share of replaced documents in a segment at which it is written anew.
const REPLACED_SHARE_MAX: f32 = 0.3;
/// Between the shape's version and the filler's mark in what a commit carries.
const SEPARATOR: char = '\n';

/// Says where an index lies and how it is sealed.
pub struct Place<'a> {
    /// Its folder; made when it is not there.
    pub folder: &'a Path,
    /// Its key.
    pub key: &'a [u8; 32],
    /// Draws what makes each file's seal its own.
    pub salt: Salt,
    /// Memory for documents that are not committed yet, in bytes; 15 MB at least.
    pub filling_bytes: usize,
    /// Threads that fill.
    pub threads: usize,
}

/// Says what happens to a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is put in, in the place of one of the same key.
    Put(Document),
    /// It is put in, and there is none of the same key: an index that is filled remembers no replacements until its commit.
    Add(Document),
    /// It goes.
    Drop(u64),
}

/// Is the fields of the engine.
#[derive(Clone)]
pub(crate) struct Fields {
    pub key: Field,
    pub key_name: String,
    pub mark: Field,
    pub texts: Vec<(Field, f32)>,
    pub facets: Vec<Field>,
    pub facet_names: Vec<String>,
    pub figures: Vec<Field>,
    pub figure_names: Vec<String>,
    pub names: Names,
}

/// Is an index.
pub struct Index {
    fields: Fields,
    version: &'static str,
    sealed: Sealed,
    reader: IndexReader,
    writer: Mutex<IndexWriter>,
    view: Mutex<View>,
}

impl Index {
    /// Opens an index. One that is of another shape, or does not open, is emptied; its mark is empty then.
    pub fn open(place: Place<'_>, shape: &'static Shape) -> Result<Self, Fault> {
        let sealed = Sealed::open(place.folder, Seal::new(place.key), place.salt).doing("opening its folder")?;
        let size = (place.filling_bytes, place.threads);
        match Self::over(sealed.clone(), size, shape) {
            Ok(index) if index.view().documents() == 0 || index.is_of(shape) => return Ok(index),
            Ok(index) => drop(index),
            Err(error) => tracing::warn!(%error, cause = ?std::error::Error::source(&error), "the search index is made anew"),
        }
        sealed.empty().doing("emptying its folder")?;
        Self::over(sealed, size, shape)
    }

    fn over(sealed: Sealed, (bytes, threads): (usize, usize), shape: &'static Shape) -> Result<Self, Fault> {
        let (schema, fields) = schema(shape);
        let tokenizers = TokenizerManager::default();
        tokenizers.register(GRAMS, Grams::default());
        let settings = IndexSettings {
            docstore_compression: Compressor::None,
            docstore_compress_dedicated_thread: false,
            ..IndexSettings::default()
        };
        let directory: Box<dyn Directory> = Box::new(sealed.clone());
        let index = tantivy::Index::builder().schema(schema).settings(settings).tokenizers(tokenizers);
        let index = index.open_or_create(directory).doing("opening")?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().doing("opening")?;
        let options = IndexWriterOptions::builder()
            .num_worker_threads(threads)
            .memory_budget_per_thread(bytes / threads.max(1))
            .num_merge_threads(1)
            .build();
        let writer: IndexWriter = index.writer_with_options(options).doing("opening")?;
        let mut policy = LogMergePolicy::default();
        policy.set_del_docs_ratio_before_merge(REPLACED_SHARE_MAX);
        writer.set_merge_policy(Box::new(policy));
        let payload = index.load_metas().doing("opening")?.payload.unwrap_or_default();
        let mark = payload.split_once(SEPARATOR).filter(|(version, _)| *version == shape.version).map_or("", |(_, mark)| mark);
        let view = View { searcher: reader.searcher(), fields: fields.clone(), mark: mark.to_owned() };
        Ok(Self { fields, version: shape.version, sealed, reader, writer: Mutex::new(writer), view: Mutex::new(view) })
    }

    fn is_of(&self, shape: &Shape) -> bool {
        self.version == shape.version && !self.view().mark().is_empty()
    }

    /// Returns the index as the last commit left it.
    pub fn view(&self) -> View {
        self.view.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns how many bytes its files take.
    pub fn bytes(&self) -> Result<u64, Fault> {
        self.sealed.bytes().doing("measuring")
    }

    /// Takes changes in. Nobody finds them before the commit.
    pub fn take(&self, changes: Vec<Change>) -> Result<(), Fault> {
        let writer = self.writer();
        for change in changes {
            if let Change::Put(Document { key, .. }) | Change::Drop(key) = &change {
                writer.delete_term(Term::from_field_u64(self.fields.key, *key));
            }
            if let Change::Put(document) | Change::Add(document) = change {
                writer.add_document(self.document(document)).doing("taking a document in")?;
            }
        }
        Ok(())
    }

    /// Lets what was taken in be found, and keeps the filler's mark with it.
    pub fn commit(&self, mark: &str) -> Result<(), Fault> {
        let mut writer = self.writer();
        let mut prepared = writer.prepare_commit().doing("committing")?;
        prepared.set_payload(&format!("{}{SEPARATOR}{mark}", self.version));
        prepared.commit().doing("committing")?;
        self.reader.reload().doing("reading a commit")?;
        let view = View { searcher: self.reader.searcher(), fields: self.fields.clone(), mark: mark.to_owned() };
        self.fields.names.retain(view.searcher.segment_readers());
        *self.view.lock().unwrap_or_else(PoisonError::into_inner) = view;
        Ok(())
    }

    /// Writes every segment anew that holds something replaced or dropped, so that the files no longer have it. Tells whether
    /// that is done: a segment that is being joined with others at this moment waits for the next call.
    pub fn purge(&self) -> Result<bool, Fault> {
        let mut writer = self.writer();
        let held = |writer: &IndexWriter| {
            let all = writer.index().searchable_segment_metas().doing("purging")?;
            Ok::<_, Fault>(
                all.into_iter().filter(|segment| segment.num_deleted_docs() > 0).map(|segment| segment.id()).collect::<Vec<_>>(),
            )
        };
        for segment in held(&writer)? {
            if let Err(error) = writer.merge(&[segment]).wait() {
                tracing::debug!(%error, "a segment of the search index is not purged yet");
            }
        }
        self.reader.reload().doing("reading a commit")?;
        self.view.lock().unwrap_or_else(PoisonError::into_inner).searcher = self.reader.searcher();
        writer.garbage_collect_files().wait().doing("purging")?;
        Ok(held(&writer)?.is_empty())
    }

    fn writer(&self) -> MutexGuard<'_, IndexWriter> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn document(&self, document: Document) -> TantivyDocument {
        let mut made = TantivyDocument::new();
        made.add_u64(self.fields.key, document.key);
        for ((field, _), words) in self.fields.texts.iter().zip(&document.texts) {
            made.add_text(*field, text::fold::fold(words));
        }
        for mark in &document.marks {
            made.add_text(self.fields.mark, mark);
        }
        for (field, value) in self.fields.facets.iter().zip(document.facets) {
            if let Some(value) = value {
                made.add_text(*field, value);
            }
        }
        for (field, value) in self.fields.figures.iter().zip(document.figures) {
            made.add_i64(*field, value);
        }
        made
    }
}

fn schema(shape: &Shape) -> (Schema, Fields) {
    let mut builder = SchemaBuilder::new();
    let words = TextFieldIndexing::default().set_tokenizer(GRAMS).set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let words = TextOptions::default().set_indexing_options(words);
    let facet = TextOptions::default().set_fast("raw");
    let (key_name, mark_name) = ("key".to_owned(), "mark");
    let named = |of: &str, name: &&str| format!("{of}_{name}");
    let facet_names: Vec<String> = shape.facets.iter().map(|name| named("facet", name)).collect();
    let figure_names: Vec<String> = shape.figures.iter().map(|name| named("figure", name)).collect();
    let fields = Fields {
        key: builder.add_u64_field(&key_name, INDEXED | FAST),
        key_name,
        mark: builder.add_text_field(mark_name, STRING),
        texts: shape
            .texts
            .iter()
            .map(|(name, weight)| (builder.add_text_field(&named("text", name), words.clone()), *weight))
            .collect(),
        facets: facet_names.iter().map(|name| builder.add_text_field(name, facet.clone())).collect(),
        facet_names,
        figures: figure_names.iter().map(|name| builder.add_i64_field(name, FAST)).collect(),
        figure_names,
        names: Names::default(),
    };
    (builder.build(), fields)
}
