"""Images of MNIST's test set whose labels people dispute.

Northcutt, Athalye and Mueller 2021 (arXiv:2103.14749) showed suspicious images to five
people each. Of these, fewer than three saw the digit that the label names.
"""

# Index in the test set -> the digit that most of them saw; None where they saw neither.
DISPUTED = {
    947: 9,
    1621: 6,
    1901: 4,
    2130: None,
    2462: 0,
    2597: 3,
    2654: None,
    3520: None,
    3558: 0,
    5937: 3,
    6651: 6,
    6783: 6,
    8527: None,
    9679: None,
    9729: 6,
}
