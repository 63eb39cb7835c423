#include "dist/group.hpp"

namespace pgt::dist {

Group& alone() {
  static Alone group;
  return group;
}

Decision agree(Group& group, Decision own) {
  double wishes[] = {own.stop ? 1.0 : 0.0, own.save ? 1.0 : 0.0};
  group.sum(wishes);
  return {wishes[0] > 0, wishes[1] > 0};
}

}  // namespace pgt::dist
