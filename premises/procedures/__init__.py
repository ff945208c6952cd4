"""Procedures of allocation, from a draft to a contract.

kinds        the kinds in force, and loading the usual ones
steps        the mechanism of a course: what a row of the kind permits, and the guards
states       the course of a procedure as a table
course       the step of a procedure from one state to the next, and who takes it
planning     a new procedure: lots, dates, what is wrong with them
stages       the timeline of a procedure, with deadlines in calendar or working days
questions    questions about a call, answered for everybody
sealing      offers that nobody reads before they are opened
shown        what the public sees of calls: lists, map, calendar and feed
"""
