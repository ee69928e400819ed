"""What other plugins may use of srm."""

from tradewind_srm.records import Delivery, PriceList, Quote, Rfq, Supplier
from tradewind_srm.score import Score
from tradewind_srm.services import ValidPrice, score_of, valid_prices

__all__ = ["Delivery", "PriceList", "Quote", "Rfq", "Score", "Supplier", "ValidPrice", "score_of",
           "valid_prices"]
