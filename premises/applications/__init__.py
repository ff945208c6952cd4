"""Applications for premises, from a draft to an answer.

form         what an application can be asked, and reading it
known        what the city knows already and does not ask again
drafts       beginning and saving
uploads      files of an application
joint        several organisations in one application
states       the course of an application as a table
course       the step of an application from one state to the next
canonical    the bytes that are hashed and, for sealed kinds, encrypted
submission   sending: the immutable copy and its receipt
checking     formal check, call for correction, bid deposit
deciding     recommendation, grant, refusal, reserve list
messages     who hears of it
"""
