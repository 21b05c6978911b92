#include "sim/trace/compact_json.h"

namespace muster {

void CompactJson::skip_field(int depth) {
  string();
  expect(':');
  skip_value(depth);
}

void CompactJson::skip_value(int depth) {
  if (peek('"')) {
    string();
  } else if (peek('t') || peek('f')) {
    boolean();
  } else if (peek('{') && depth > 0) {
    expect('{');
    if (take('}')) return;
    do skip_field(depth - 1);
    while (take(','));
    expect('}');
  } else {
    integer();
  }
}

}  // namespace muster
