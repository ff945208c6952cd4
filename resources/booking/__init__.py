"""Bookings by the hour, from a wish to a settled use.

    wishes          what somebody wants: one time or a weekly series
    series          that wish against reality, date by date, with alternatives
    policy          the rules of a unit, each a function with a code and a message
    pricing         what it costs, with the explanation
    states          who may move a booking from which state to which
    requests        draft, save, submit
    decisions       the unit's answers
    changes         what happens to a booking afterwards
    waiting_list    who gets a time that became free
    messages        who hears of it

Every function that changes a booking locks its row first, then the leaf spaces (resources/claims).
"""
