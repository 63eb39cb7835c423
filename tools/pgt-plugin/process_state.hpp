/// What a process shares among all code in it, and a plugin must leave as it found it.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace pgt::check {

/// Each thing as text, in which two states are compared; those of maps by what they are of.
struct ProcessState {
  std::string locale;                          ///< of C and of C++
  std::string arithmetic;                      ///< rounding, and whether the smallest numbers become 0, on this thread
  std::string folder;                          ///< the current one
  std::string mask;                            ///< umask
  std::map<std::string, std::string> signals;  ///< handler of each
  std::string blocked;                         ///< signals that this thread does not get
  std::map<std::string, std::string> environment;  ///< value of each variable
  std::map<std::string, std::string> threads;      ///< name of each, by its number
  std::map<std::string, std::string> files;        ///< where each open descriptor leads

  static ProcessState now();
};

/// Bytes that are allocated at the moment; nothing where nobody can say.
std::size_t allocated_bytes();

}  // namespace pgt::check
