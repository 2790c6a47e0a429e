field-optional = (optional)
errors-title = A few things need changing
errors-kept = Everything you typed is still here. Change what is marked and send it again.
steps-label = Steps
steps-here = Step { $at } of { $of }
pager-label = Pages
pager-before = Previous
pager-after = Next
owner-now = { "Now with " }
owner-holds = { ". " }
owner-was = { "Handled by " }
owner-handled = { "; it is over. " }
owner-phone = { "Telephone: " }
print = Print
print-hint = To print, use the print menu of your browser.
refusal-clause = { "Ground: " }
unsure = to be checked

due-left = { $days ->
    [0] Only rest days left
    [one] 1 working day left
   *[other] { $days } working days left
} · by { $day }
due-today = Today ({ $day }) is the last day
due-answered = answered on { $day }
due-late = { $days ->
    [0] Late
    [one] 1 working day late
   *[other] { $days } working days late
} · was due by { $day }
due-how = How this date was worked out
due-start = Received on { $day } (this day is not counted)
due-first = Counted from the next day, { $day }
due-count = Count { $term }
due-extended = Extended by { $term }
due-skipped = { $days ->
    [one] 1 rest day skipped
   *[other] { $days } rest days skipped
}
due-paused = { $days ->
    [one] The clock stood still for 1 day, not counted
   *[other] The clock stood still for { $days } days, not counted
}
due-target = That leads to { $day }
due-rolled = A rest day, so it moves to { $day }
due-provisional = The holidays of that year are not announced yet; weekends are assumed. The date is worked out anew once they are, and the timeline will say so.
term-hour = { $n ->
    [one] 1 hour
   *[other] { $n } hours
}
term-day = { $n ->
    [one] 1 day
   *[other] { $n } days
}
term-working-day = { $n ->
    [one] 1 working day
   *[other] { $n } working days
}
term-month = { $n ->
    [one] 1 month
   *[other] { $n } months
}
term-year = { $n ->
    [one] 1 year
   *[other] { $n } years
}
quantity-count = { $n }
quantity-second = { $n } s
quantity-minute = { $n } min
quantity-percent = { $n }%
