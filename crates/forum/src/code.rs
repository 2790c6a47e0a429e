//! The code of a post: the pass by which whoever wrote it finds it again and nobody else does.

use civic::pass::Labels;

pub use civic::pass::Pass as Code;

/// Names what codes of posts are derived under.
pub(crate) const LABELS: Labels =
    Labels { pass: "minsheng/post-code/1", hash: "minsheng/post-code-hash/1", submit: "minsheng/post-submit-key/1" };
