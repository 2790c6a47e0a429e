//! One kept connection to the site, opened again when it breaks.

use std::net::SocketAddr;

use db::{Context, Fault};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, SET_COOKIE};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpStream, lookup_host};

/// Is where the site listens.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// `host:port`, as it stands in the address.
    host: String,
    /// The same, looked up.
    address: SocketAddr,
}

impl Target {
    /// Reads an address like `http://127.0.0.1:8080`.
    pub(crate) fn parse(url: &str) -> Result<Self, Fault> {
        let wrong = || Fault::other(format!("{url} is not an address like http://127.0.0.1:8080"));
        let host = url
            .strip_prefix("http://")
            .or_else(|| url.strip_prefix("lmtp://"))
            .or_else(|| url.strip_prefix("smpp://"))
            .ok_or_else(wrong)?
            .trim_end_matches('/')
            .to_owned();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("while starting the runtime")?;
        let mut found = runtime.block_on(lookup_host(host.clone())).context(format!("while looking up {host}"))?;
        let address = found.next().ok_or_else(wrong)?;
        Ok(Self { host, address })
    }

    /// Returns the address to connect to.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Is one request.
#[derive(Debug, Default, Clone)]
pub(crate) struct Ask {
    /// Path, with the query.
    pub(crate) path: String,
    /// Fields of a form; none is a GET.
    pub(crate) form: Option<String>,
    /// The cookie sent along.
    pub(crate) cookie: String,
    /// The address the request is said to come from.
    pub(crate) from: String,
    /// Whether JSON is wanted.
    pub(crate) json: bool,
}

impl Ask {
    /// Makes a GET.
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self { path: path.into(), ..Self::default() }
    }

    /// Makes a POST of a form.
    pub(crate) fn post<'a>(path: impl Into<String>, fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        Self { path: path.into(), form: Some(form), ..Self::default() }
    }

    /// Says which cookie goes along.
    pub(crate) fn cookie(mut self, cookie: &str) -> Self {
        cookie.clone_into(&mut self.cookie);
        self
    }

    /// Says which address it comes from.
    pub(crate) fn from(mut self, address: String) -> Self {
        self.from = address;
        self
    }

    /// Wants JSON.
    pub(crate) fn json(mut self) -> Self {
        self.json = true;
        self
    }

    fn request(&self, host: &str) -> Result<Request<Full<Bytes>>, Fault> {
        let mut request = Request::builder().uri(&self.path).header(HOST, host).header("sec-fetch-site", "same-origin");
        if self.json {
            request = request.header(ACCEPT, "application/json");
        }
        if !self.cookie.is_empty() {
            request = request.header(COOKIE, &self.cookie);
        }
        if !self.from.is_empty() {
            request = request.header("x-forwarded-for", &self.from);
        }
        let body = match &self.form {
            Some(form) => {
                request = request.method(Method::POST).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
                Bytes::from(form.clone())
            }
            None => Bytes::new(),
        };
        request.body(Full::new(body)).map_err(broken("while making a request"))
    }
}

/// Is one answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: StatusCode,
    /// The cookies it sets, as they are sent back.
    pub(crate) cookies: Vec<String>,
    /// Its body.
    pub(crate) body: Bytes,
}

impl Answer {
    /// Returns the body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Is one kept connection.
pub(crate) struct Wire {
    target: Target,
    open: Option<SendRequest<Full<Bytes>>>,
}

impl Wire {
    /// Makes a connection that is opened at the first request.
    pub(crate) fn new(target: &Target) -> Self {
        Self { target: target.clone(), open: None }
    }

    /// Sends a request and reads the whole answer. After a failure the next request opens the connection anew.
    pub(crate) async fn send(&mut self, ask: &Ask) -> Result<Answer, Fault> {
        let request = ask.request(&self.target.host)?;
        let mut open = match self.open.take() {
            Some(open) if !open.is_closed() => open,
            _ => self.connect().await?,
        };
        open.ready().await.map_err(broken("while waiting for the connection"))?;
        let response = open.send_request(request).await.map_err(broken(format!("while asking for {}", ask.path)))?;
        let answer = read(response).await?;
        self.open = Some(open);
        Ok(answer)
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, Fault> {
        let stream = TcpStream::connect(self.target.address).await.context("while connecting")?;
        stream.set_nodelay(true).context("while connecting")?;
        let (open, connection) = handshake(TokioIo::new(stream)).await.map_err(broken("while connecting"))?;
        // ends with the connection; what breaks it is told to whoever sends next
        tokio::spawn(async move { drop(connection.await) });
        Ok(open)
    }
}

async fn read(response: Response<hyper::body::Incoming>) -> Result<Answer, Fault> {
    let (head, body) = response.into_parts();
    let text = |value: &hyper::header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let cookies = head.headers.get_all(SET_COOKIE).iter().map(text);
    let cookies = cookies.filter_map(|line| line.split(';').next().map(str::to_owned)).collect();
    let body = body.collect().await.map_err(broken("while reading an answer"))?.to_bytes();
    Ok(Answer { status: head.status, cookies, body })
}

/// Puts words before a fault of the connection.
fn broken<E: std::error::Error + Send + Sync + 'static>(what: impl Into<String>) -> impl FnOnce(E) -> Fault {
    move |error| Fault::other(what.into()).caused_by(error)
}
