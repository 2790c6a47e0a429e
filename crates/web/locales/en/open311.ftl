# What connected programs (Open311) are told
open311-kind = What it is
open311-publish = May the steps be shown to everybody?
open311-hint-kind = Help, where nothing is chosen
open311-hint-publish = Number, days, office and step only; never your words, never who you are
open311-yes = Yes
open311-no = No
open311-notice = Number { $number }, query code { $code } (please hand both to the resident: they open the matter at { $track } and rate the answer). { $office } has it now and answers by { $due }.
open311-media = Address sent along: { $url }
open311-rate = Whether it was done well is for you to say, with your query code.
