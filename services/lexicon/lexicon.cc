#include "services/lexicon/lexicon.h"

#include "services/lexicon/embedded.h"

namespace shopkeeper::lexicon {

std::string_view attributesJson() { return embedded::attributes_json; }
std::string_view conceptsJson() { return embedded::concepts_json; }

}  // namespace shopkeeper::lexicon
