"""Looking after contracts: what is charged, owed, checked, handed over, and due when.

rules.py        dated numbers           reckoning.py  a month's charges, as pure functions
charges.py      the register            exports.py    batches for the finance system
arrears.py      facts from finance, calls to pay       arrears_csv.py  their import
supervision.py  conditions, inspections, reports of use
due.py          what is due, a registry alerts.py     telling officers once, the daily mail
drafts.py       protocols being written signing.py    signed ones and what follows from them
"""
