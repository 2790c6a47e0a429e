track-title = Follow a matter
track-lead = Enter the number and the query code from your slip.
track-open = Open
track-lost = Lost the query code? Come to any counter with proof of identity; two members of staff check it and give you a new one.
track-steps = What happened so far
track-words = What you wrote
track-readings = Who read your personal data
track-readings-none = No member of staff has read it yet.
track-readings-caption = Recorded before each reading
track-messages = Messages to you
track-messages-none = None was sent yet, or you left no contact.
track-messages-caption = How sending went
track-back = Back to the matter
field-number = Number
field-number-hint = It begins with MS; spaces and capitals do not matter.
field-query-code = Query code
field-query-code-hint = Four groups of four.
readings-days = { $first } to { $last }, on { $days } days
readings-when = When
readings-who = Who
readings-why = What for
messages-when = When
messages-what = About
messages-state = State
list-comma = { ", " }

part-words = what was written and answered
part-files = attachments
part-contact = name and contact
disclosed-to = Given to { $body } on { $day }. What went: { $parts }.
disclosed-later = It was not told at once; the ground:
disclosed-by = The two persons who asked and agreed: { $names }.
story-unmasked = { $first } asked and { $second } agreed; until { $moment } { $first } can see name and contacts.
archive-title = Take it away
archive-why = One ZIP file: what you wrote, every step and answer, attachments, who read it, receipt and proofs. Anybody can check without an account whether it was changed.
archive-take = Take everything with me
archive-made = Taken from { $origin }, { $moment }.
archive-readme-what =
    Everything of { $number }
    ====================
    Open index.html: it works offline and prints.
archive-readme-files =
    index.html        the matter: what you wrote, every step, the answers, who read it, which letters were sent
    matter.json       the same for programs
    files/            attachments, without what was hidden in them
    receipt.txt       the receipt: your words and the day, and their place in the public log
    proofs/           proofs of every later step in the public log
    log/checkpoint    the signed checkpoint of the log at that time
    log/vkey          the verifier key
    SHA256SUMS        the sum of every file above
    SHA256SUMS.signed the site's signature over the sums
archive-readme-check =
    How to check it (no account, no network)
    1. With the program: minsheng verify --archive THIS.zip --vkey KEY
    2. With Python: python3 verify_archive.py THIS.zip KEY (in the documents of this project, beside verify.py)
    3. For damage only: unpack it and run sha256sum -c SHA256SUMS inside
    Take the key from somewhere else to compare: a printed receipt, a gazette, somebody's older archive. The one in here:
    { $vkey }
archive-readme-shows =
    What shows: a changed byte, by the name of its file; a file that is missing or was added; that receipt and steps are in the log.
    What does not: whether the answer is right; what happened later.
archive-readme-care = It holds your name, your contacts and your words. Keep it on a device of your own; on a shared one delete it afterwards.
disclosed-ask = I doubt the disclosure to { $body }: have { $office } look into it
disclosed-question = I doubt that my matter was rightly disclosed to { $body } on { $day }. Please look into the clause, the need, what went, and who agreed, and tell me what you find.
disclosed-doubt = If you doubt that a disclosure was right, call the office in charge, or ask the office above or the cyberspace authority to look into it.
words-kept = What you just wrote (not lost; change it and send it again)

who-you = You
who-delegate = Somebody acting for you
who-system = The system
who-staff = A member of staff

stage-received = Received
stage-registered = Registered
stage-not-accepted = Not accepted
stage-accepted = Accepted
stage-assigned = Passed on
stage-handling = In hand
stage-replied = Answered
stage-followed-up = Followed up
stage-closed = Closed
stage-withdrawn = Withdrawn

event-filed = Filed
event-registered = Registered
event-accepted = Accepted
event-not-accepted = Not accepted
event-simplified = Moved to the simplified track
event-assigned = Passed to another office, which has still to take it
event-taken = Taken
event-returned = Returned
event-disputed = In dispute: sent to the joint conference
event-arbitrated = The joint conference ruled who is responsible
event-called-in = Other offices called in
event-co-answered = A co-handling office answered
event-whistled = Departments called to the spot
event-whistle-answered = A department reported in
event-whistle-graded = The coming of a department was rated
event-referral-reported = Noted that an office sent you elsewhere
event-referral-answered = That office explained itself
event-extended = Term extended
event-paused = Clock paused
event-resumed = Clock resumed
event-supplement-asked = You are asked for more
event-joined = Said to be the same as what others told
event-supplemented = More was added
event-replied = Answered
event-delivered = Delivered
event-followed-up = Followed up
event-closed = Closed
event-merged = Handled together with the same matter of others
event-unmerged = Handled on its own again
event-spokespersons-named = Spokespersons noted
event-handed-over = Another handler
event-moved = Offices were reorganised; the new one goes on
event-withdraw-asked = Withdrawal asked
event-texts-wanted = Asked for text messages
event-texts-stopped = Wants no more text messages
event-withdraw-revoked = Withdrawal taken back
event-withdrawn = Withdrawn
event-rated = Rated
event-reopened = Reopened
event-review-asked = Review asked
event-review-decided = Review decided
event-recheck-asked = Re-review asked
event-recheck-decided = Re-review decided
event-delegate-named = Somebody may act for you
event-delegate-removed = Nobody may act for you any more
event-code-reissued = New query code given; the old one is dead
event-due-recomputed = Holidays were announced; the term was computed anew
event-came-again = Brought again; this was told above
story-came-again = Brought for the { $times }. time: the leaders of { $office } were told, and where anybody else of the office can, somebody who has not answered it yet answers.
event-escalated = The last day passed without an answer; this was reported

story-whole = Read it all
story-escalated-1 = Nothing by { $day }: the head of { $office } was told.
story-escalated-2 = Still nothing, due { $day }: the leaders of { $office } and the supervisors were told.
event-alarmed = A life may be in danger and nobody had opened it; told again
event-sorted = Filed under a topic
event-kind-named = The kind was named
story-kind = Kind: { $kind }
event-alarm-answered = Somebody opened it
event-disclosed = Disclosed to another body by law
event-unmasked = Your name, told in confidence, was looked at
story-alarmed-0 = Whoever is on duty in the office was told.
story-alarmed-1 = Whoever is on duty in the office, its head and who stands in were told.
story-alarmed-2 = Whoever is on duty in the office, its head, the leaders above and the supervisors were told.
danger-unheard = You said somebody is in danger: no member of staff has opened this yet
danger-heard = You said somebody is in danger: somebody is looking at it
danger-heard-by = { $who }, { $moment }.
danger-letters = { $people ->
    [one] One member of staff was
   *[other] { $people } members of staff were
  } written to; letters that have left: { $sent }.
danger-next = If nobody opens it by { $moment }, it is told again, and to more people.
story-category = Category: { $category }
story-recomputed = The official calendar was published or corrected, and the term computed anew: before until { $before }, now until { $day }
story-until = Until { $day }
story-assigned = Passed to { $office }; it may object until { $day }, then it counts as taken
story-ruled = { $office } is responsible
story-review-until = You may ask for a review until { $day }
story-withdraw-until = In force on { $moment }; until then it can be taken back
story-reissued = Shown: { $shown }; second member of staff present: { $second }

reply-request = Your request
reply-facts = Facts and reasons
reply-opinion = Opinion
reply-basis = Legal basis
reply-way-on = If you do not agree

declined-title = { $office } decided on { $day } not to accept it; the ground and where to turn stand here
declined-ways = What you can still do
declined-anew = With what was missing, in clearer words, or with new facts, you can file it anew; it will be looked at again.
declined-anew-link = File anew
declined-ask = If the ground is not clear to you, ask the office that decided:{ " " }
declined-above = If you think it should have been accepted, tell the office above, which has wrong refusals put right:{ " " }

waits-supplement = You are asked to add something
waits-withdraw = The withdrawal is not in force yet
waits-joined = You said that it is the same as what others told
waits-joined-why = The responsible office sees it, and one of its people decides whether it is handled together with the others; either way you receive your own answer.
waits-merged = Handled together with the same matter of others
waits-merged-why = It is looked into once; you still receive your own answer.

sealed-title = Sealed apart
sealed-why = Only those whom the supervising body named can open it, and each time they do is noted below. The result stands here too, and only your query code shows it.
sealed-day = Received on { $day }; the supervising body says by { $due } whether it accepts it.
sealed-result-day = Received on { $day }; the check is over, and the supervising body tells you the result by { $due }.
sealed-over = The day on which you were to hear is over
sealed-over-why = You can turn to the supervising body directly, or to the one above it.

text-hint = You can have text messages instead: text “{ $words }” from the telephone you left to { $number }.
text-tap = Text it now
text-on = Text messages go to the telephone you left.
pressed-title = Somebody makes trouble for me because of this
pressed-told = Told the supervising body on { $day }
pressed-why = Does somebody threaten you, make things hard for you or pay you back because you told this? The button below tells { $office } at once.
pressed-who-sees = The office that has this matter, those above it and everybody who worked on it cannot see this and do not learn that you said it. The number of this matter and the contacts you left go along; there is nothing else to fill in. If you are in danger, call 110 now.
pressed-again = If it happens again, tell it again; only the supervising body sees it. If you are in danger, call 110 now.
pressed-words = What you want to say
pressed-words-hint = Who, when, what they did.
pressed-send = Tell { $office }
pressed-sent = { $office } has been told
pressed-sent-why = By { $day } you hear whether it is taken up. Nobody writes or calls you about it, so that nothing gives it away.
pressed-sent-look = Open your tracking page with the same number and code and unfold “Somebody makes trouble for me because of this”: it shows when it was read and what came of it. Whoever glances at your screen sees nothing unless you unfold it.

acts-title = What you can do now
acts-not-now = What is not possible now, and why
do-rate = Rate this answer
do-supplement = Add something
do-reopen = Have it handled anew
do-ask-review = Ask for a review
do-ask-recheck = Ask for a re-review
do-stop-texts = No more text messages
do-revoke-withdraw = Take the withdrawal back
do-ask-withdraw = Withdraw
do-name-delegate = Let somebody act for you
do-remove-delegate = Remove who acts for you
about-rate = Only you can rate; the grade is signed with your query code, and nobody inside can give or change it.
about-supplement = New facts, photos or papers are added to this matter.
about-reopen = Say what is not solved. The term begins anew.
about-ask-review = The next higher office reviews it and answers within 30 days.
about-ask-recheck = The office above that decides within 30 days.
about-stop-texts = Somebody calls you when something has happened; you can look here at any time.
about-revoke-withdraw = Handling goes on as if you had not withdrawn.
about-ask-withdraw = In force after 72 hours; until then you can take it back. Nobody may ask you to withdraw.
about-name-delegate = With a code of their own they can follow and add, but not rate or withdraw.
about-remove-delegate = Their code is dead at once.
words-rate = What you want to say
words-supplement = What you add
words-reopen = What is not solved
words-ask-review = Why you do not agree
words-ask-recheck = Why you still do not agree
words-ask-withdraw = Reason
rate-chosen = Your grade: { $grade }
rate-chosen-why = Open your matter with the query code and press "Rate"; you can still change it. Only the query code can rate: nobody else can do it with this link.
field-grade = Are you content
field-delegate-name = Their name
field-delegate-mobile = Their telephone
grade-5 = Very satisfied
grade-4 = Satisfied
grade-3 = Fairly satisfied
grade-2 = Not satisfied
grade-1 = Not satisfied at all
done-rate = Thank you, your rating is recorded.
done-join = The responsible office is told that yours is the same as what others said.
done-supplement = What you added is with the responsible office.
done-reopen = It will be handled anew.
done-ask-review = Your request for a review is with the next higher office.
done-ask-recheck = Your request for a re-review is filed.
done-stop-texts = There are no more text messages about this.
done-revoke-withdraw = The withdrawal is taken back; handling goes on.
done-ask-withdraw = Withdrawal asked; you can take it back within 72 hours.
done-remove-delegate = Nobody acts for you any more.
delegate-title = Query code for who acts for you
delegate-for = For { $name }:
delegate-once = Shown this once
delegate-once-why = Write it down or print it now and hand it over.

message-filed = Received
message-accepted = Accepted
message-not-accepted = Not accepted
message-extended = Term extended
message-paused = Clock paused
message-under-review = Request for a review received
message-due-moved = Last day computed anew
message-word-moved = More time to ask for a review
message-resumed = Clock runs again
message-new-owner = Another office has it
message-stays = Returned by another office
message-supplement-asked = You are asked for more
message-replied = Answered
message-invite-rating = Please rate the answer
message-review-decided = Opinion of a review
message-withdraw-asked = Withdrawal asked
message-withdrawn = Withdrawn
message-code-reissued = New query code
message-delegate-named = Somebody may act for you
message-closed = Closed
message-disclosed = your matter was disclosed to another body by law
sending-unwritten = Not sent: this site does not send mail yet
sending-waiting = Waiting to be sent
sending-sent = Sent
sending-delivered = Delivered
sending-returned = Came back: the address takes no mail; a person will reach you
sending-failed = Could not be sent; a person will reach you
sending-dropped = not needed any more
sending-unreachable = No e-mail address was given: please look at this page
sending-sms-unwritten = Not sent: text messages do not go out at the moment
sending-sms-returned = Not delivered: the phone takes no text messages; a person will reach you
sending-sms-stopped = Not sent: you unsubscribed from text messages; a person will reach you
sending-chat-unwritten = Not sent: the chat is not linked at this moment
sending-chat-failed = Not delivered: the chat does not let us; a person gets in touch with you
sending-chat-stopped = You unsubscribed, so it was not sent; please read it here
