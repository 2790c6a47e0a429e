//! The mask against thousands of samples made here: floors that it must not fall below.

mod corpus;
mod measure;

use corpus::{NEGATIVES, SAMPLES_OF_KIND};
use measure::measure;
use text::personal::Kind;

#[test]
fn numbers_are_found_however_they_are_spelt_and_little_else_is() {
    let measured = measure(1);
    let structured = measured.kinds.iter().filter(|(kind, _)| !matches!(kind, Kind::Name | Kind::Address));
    let (mut samples, mut whole) = (0, 0);
    for (kind, count) in structured {
        assert!(
            count.recall() >= 9_900,
            "{kind:?}: {} of {}: {:?}",
            count.whole,
            count.samples,
            &count.missed[..count.missed.len().min(5)]
        );
        (samples, whole) = (samples + count.samples, whole + count.whole);
    }
    assert!(samples + 3 * SAMPLES_OF_KIND >= 5_000);
    assert!(whole * 1_000 >= samples * 995, "{whole} of {samples}");
    for (kind, floor) in [(Kind::Name, 9_500), (Kind::Address, 9_700)] {
        let count = &measured.kinds[&kind];
        assert!(
            count.recall() >= floor,
            "{kind:?}: {} of {}: {:?}",
            count.whole,
            count.samples,
            &count.missed[..count.missed.len().min(9)]
        );
    }
    assert!(measured.titled.recall() >= 9_500, "{:?}", measured.titled.missed.first());
    assert!(measured.wrong.len() <= NEGATIVES / 200, "{} wrong: {:?}", measured.wrong.len(), measured.wrong.first());
}
