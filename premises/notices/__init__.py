"""Public notice lists (UGN art. 35): what the city means to let or lend.

rules.py     how long a list hangs, by the day     items.py     a lot from what the stock knows
drafts.py    building a list                       course.py    publication, posting, end
state.py     whether a list has run; what is due   paper.py     the document of a list
export.py    CSV and Atom
"""
