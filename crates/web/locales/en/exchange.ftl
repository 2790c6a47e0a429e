# Between two sites: handed down, reported back

channel-above = From the site above

act-hand-down = hand down to another site
act-take-back = take back from the site below
act-remind = press the site below
act-send-back = ask the site above to take it back

about-hand-down = The site below works on it. Your office stays in charge and the term is the same; each step there shows here and to the resident.
about-take-back = The site below works on it no more. It sees the reason, and the matter ends there.
about-remind = Tell the site below to hurry. Its head is told.
about-send-back = Tell the site above that this is not for your level. Until it takes it back, your office works on it.

piece-site = Which site
piece-manner = How
piece-back = Report by
piece-back-hint = Needed where it is charged; not later than your own last day: { $day }.
words-take-back = Why it is taken back
words-remind = What to say
words-send-back = Why it is not for your level

manner-forwarded = Forwarded
manner-hint-forwarded = The site below answers, and its answer goes to the resident as it is.
manner-charged = Charged
manner-hint-charged = The site below reports by a day; your office looks at it and answers.

event-handed-down = Handed to the site below
event-taken-back = Taken back from the site below
event-reminded = Pressed for it
event-sent-back = Asked the site above to take it back
event-heard = Word from another site

step-handed = handed it down
step-supplemented = the resident added something
step-reopened = the resident is not content and reopened it
step-rated = the resident rated the answer
step-reminded = presses for it
step-taken-back = took it back
step-ended = it ended there
step-received = received
step-accepted = accepted
step-not-accepted = not accepted
step-extended = extended its term
step-asked = asks the resident for more
step-answered = answered
step-closed = closed
step-sent-back = says that it is not for its level

story-handed-down = { $manner } to { $site }
story-back = To be reported by { $day }
story-their-number = Number there: { $number }

fact-above = From the site above
fact-above-from = { $manner } by { $site }, number there { $number }
fact-above-over = The site above took it back or ended it
fact-reminders = Pressed for { $count } times
fact-below = Handed down
fact-below-sent = Sent; nothing heard yet

press-sent-back = The site below asks to give it back
press-sent-back-why = The reason stands in the timeline. Take it back and give it to whoever is in charge, or press for it.
press-reported = The site below has reported
press-reported-why = Its report stands in the timeline. Look at it and answer the resident.
press-reminded = The site above presses for it
press-reminded-why = Its words stand in the timeline.

message-handed-down = Handed to the site below
call-handed-down = The site of a lower level works on your matter; { $office } stays in charge and the term is the same.

refusal-no-site-below = No site below is connected yet.
refusal-register-first = Register it under a category first.
refusal-already-handed-down = It is with a site below already.
refusal-not-handed-down = It is not with a site below.
refusal-not-handed-to-us = It did not come from a site above.
refusal-already-sent-back = The site above has been asked already and has not answered.
refusal-unknown-site = This site is not connected, or was stopped.
refusal-back-missing = Say by which day it is to be reported.
refusal-back-past = The day must be after today.
refusal-back-late = The day cannot be after your own last day ({ $day }).
refusal-peer-key = This is no key: take the one from the page “Other sites” over there.
refusal-peer-known = A site with this key is connected already.
way-return = If it is not for your office, return it.
way-take-back = Take it back from there first.
way-choose-site = Choose another site.
way-choose-back = Choose another day.

admin-peers = Other sites
admin-peers-what = sites above and below that matters are handed to or come from
peer-why = A site above hands matters down, and the site below reports each step and the answer. Either may be down for a day: it goes on afterwards, nothing is lost and nothing comes twice.
peer-none = No other site is connected
peer-none-why = Both administrators tell each other what stands under “Our card” and type it in once.
peer-own = Our card
peer-own-why = Give the other administrator our address and key. Then compare the fingerprints by telephone: only if they are equal is it the other side.
peer-key = Key
peer-key-hint = From the page “Other sites” over there: 44 characters.
peer-fingerprint = Fingerprint, to compare by telephone
peer-address = Address
peer-address-hint = Such as https://minsheng.qinghe.example, without a path.
peer-name = Name in Chinese
peer-name-hint = Residents read it on the tracking page.
peer-name-en = Name in English
peer-side = Its level
peer-above = Site above
peer-above-hint = It hands matters to us, and we report to it.
peer-below = Site below
peer-below-hint = We hand matters to it, and it reports to us.
peer-office = Who receives what it hands down
peer-office-hint = For a site above only.
peer-office-place = The intake office of the place
peer-add = Connect a site
peer-stands = How it stands
peer-counts = { $sent } delivered, { $waiting } waiting
peer-oldest = The oldest waits since { $moment }
peer-last = Last delivered: { $reached }; last heard: { $heard }
peer-compared = Last compared: { $moment }
peer-never = never
peer-stopped = stopped
peer-stop = Stop
peer-resume = Resume
peer-move = Change the address
peer-try = Try and compare
peer-again = Send once more
peer-trouble = Cannot be delivered: { $why }, since { $moment }
peer-trouble-why = It is tried again and again; nothing is lost.
peer-ahead = Of { $count } matters the other side has more than this site remembers
peer-ahead-why = Most likely this site was restored from an old backup. Compare these matters with the other side; see the chapter on restoring.
peer-stuck = { $count } matters of which the other side did not take a step
peer-stuck-why = What follows waits too. Settle it with the other side, then send it once more.
peer-stuck-one = Step { $step }: { $code }
peer-why-timeout = no answer
peer-why-unreachable = cannot be reached
peer-why-certificate = its certificate is not trusted (one of your own needs its root in [exchange] of the configuration)
peer-why-unsigned = whoever answers is not the other side (wrong signature)
peer-why-nothing-taken = it took nothing
done-peer-tried = It is tried and compared at once; look at this page again in a few seconds.
below-last = { $site } is working on it; its last day there is { $day }.
below-back = { $site } has to report back by { $day }.
fact-above-grade = Grade given at the site above: { $grade }
peer-reads = { $count } readings wait to be reported
peer-grades = Grades for our answers
peer-grade = { $grade }: { $count }
above-back = { $site } wants to hear by { $day }.
