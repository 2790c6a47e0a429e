//! The hotline's desk: the calls that ring and are talked in, the screen of one call with what the operator needs while the caller waits,
//! whom to ring back, and the figures of the service.
//!
//! A number leads nowhere by itself: it is shown to whoever took the call, and the caller's own matters only after a code that went to
//! the very telephone was said, and only those that the own office has to do with (E4).

mod act;
mod call;
mod figures;
mod know;
mod list;
mod own;
mod send;

pub use call::CODES;

use axum::routing::{get, post};
use civic::permit::{Act, Permitted, Subject};
use civic::refusal::Refusal;

use crate::desk::frame::Desk;
use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::staff("/desk/hotline", "GET POST", || get(list::show).post(list::begin)),
    Route::staff("/desk/hotline/know", "POST", || post(know::answer)),
    Route::staff("/desk/hotline/figures", "GET", || get(figures::show)),
    Route::staff("/desk/hotline/figures/{name}/{form}", "GET", || get(figures::take)),
    Route::staff("/desk/hotline/{call}", "GET POST", || get(call::show).post(send::send)),
    Route::staff("/desk/hotline/{call}/act", "POST", || post(act::run)),
];

/// Asks whether this person takes calls at their own office's desk.
pub fn permitted(desk: &Desk) -> Result<Permitted, Refusal> {
    desk.permit(Act::TakeCall, &Subject { owner: desk.person().office.clone(), ..Subject::default() })
}

/// Writes a number so that whoever sees it in a list knows it again, and nobody else can ring it.
fn masked(number: &str) -> String {
    let digits: Vec<char> = number.chars().collect();
    let (head, tail) = if digits.len() >= 7 { (3, 2) } else { (1, 1) };
    if digits.len() <= head + tail {
        return "*".repeat(digits.len());
    }
    let stars = "*".repeat(digits.len() - head - tail);
    format!("{}{stars}{}", digits[..head].iter().collect::<String>(), digits[digits.len() - tail..].iter().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_masked_number_cannot_be_rung() {
        assert_eq!(masked("13900001111"), "139******11");
        assert_eq!((masked("5550123"), masked("12"), masked("")), ("555**23".to_owned(), "**".to_owned(), String::new()));
    }
}
