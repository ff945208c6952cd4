"""The commission of a procedure: from its appointment to the decision.

sitting       in which commissions a person sits
members       who sits in it, what is missing, who is tied to which applicant
declarations  impartiality, declared when the list of applicants is known
envelope      offers sealed to a public key: the format
wrapping      what lies behind a passphrase or the recovery code
keys          making the key of a procedure, by two members
opening       opening the offers, by two members, not before the closing moment
reading       what opened offers say; ciphertext until then
cards         score cards, each alone before all are finished
ranking       totals, ties and places: pure arithmetic
listing       confirming the ranking list: frozen lines, moves, papers
decisions     grant, refusal, lapse, and who is next on the reserve list
opinions      opinions asked of others
papers        protocol of the commission and ranking list as documents
registration  what other parts of the house ask of it
"""
