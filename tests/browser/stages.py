from . import (
    walk_award as a,
)
from . import (
    walk_bids as b,
)
from . import (
    walk_call as c,
)
from . import (
    walk_market as m,
)
from . import (
    walk_people as p,
)
from . import (
    walk_preparation as q,
)

STAGES = [
    p.found,
    p.appoint_officials,
    p.begin,
    p.appoint_committee,
    q.decide,
    q.study,
    q.give_law,
    q.declare_interests,
    q.state_terms,
    q.look_at_barriers,
    c.set_dates,
    c.approve,
    c.seat_custodians,
    c.announce,
    m.sell,
    m.hold_first_meeting,
    m.ask,
    m.hold_second_meeting,
    m.answer,
    m.integrate,
    m.hold_third_meeting,
    b.register,
    b.seal,
    b.present,
    b.close,
    a.open_first,
    a.declare_again,
    a.evaluate,
    a.publish_first_result,
    a.open_second,
    a.rank,
    a.remark,
    a.give_award,
    a.consent,
]
