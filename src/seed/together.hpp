/// Together: the sets that one transaction writes — one, or those of a circle. For the files of
/// this room only.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "seed/run.hpp"

namespace bedstone::seed {

/// Inserts the rows that the plans of some sets tell, each after those it refers to; what goes
/// round in a circle goes through NULL, or through constraints that are deferred.
class Inserting {
 public:
  /// `rehearsing`: nothing is inserted; whether all rows could be is found out all the same.
  explicit Inserting(const std::vector<Run*>& runs, bool rehearsing = false);

  Errors go();
  /// Whose errors they are.
  Run* culprit() const { return culprit_; }

 private:
  /// A foreign key of a table to another one of the sets, given as it is.
  struct Plain {
    std::string is_there;                  ///< A condition; alias s.
    std::string is_given;                  ///< None of its columns is NULL.
    std::size_t gives_way = Layout::npos;  ///< A column that takes NULL meanwhile.
    bool own = false;                      ///< To its own table.
    bool deferrable = false;
  };
  struct Member {
    Run* run = nullptr;
    std::vector<std::size_t> references;
    std::vector<Plain> plain;
    std::string waits;                           ///< For rows that are not there yet; empty: never.
    std::string blocked;                         ///< … and no NULL can stand for them.
    std::map<std::size_t, std::string> instead;  ///< What stands in a column until then.
    std::int64_t left = 0;
    std::int64_t held_back = 0;  ///< Rows that are there, and are decided about at the end.
    bool waited = false;         ///< Columns of rows that were inserted are still to be filled.
  };

  void look_at_keys(Member& member) const;
  void look_at_references(Member& member) const;
  Status hold_back(Member& member);
  Errors insert_where(Member& member, const std::string& condition, std::int64_t& inserted);
  Errors insert_in_order();
  Errors insert_marked(Member& member);
  Errors insert_deferred();
  bool may_be_deferred(const Member& member) const;
  Errors rehearse();
  Errors dangling();
  Errors dangling_in(const Member& member, const std::set<std::int64_t>* rows);
  Error circle() const;
  Errors conclude();
  std::int64_t left() const;

  std::vector<Member> members_;
  bool rehearsing_;
  Run* culprit_ = nullptr;
  db::Connection& connection_;
};

class Together {
 public:
  explicit Together(std::vector<Run*> runs) : runs_(std::move(runs)) {}

  /// The whole of several sets; errors are in their reports.
  void go();
  /// Writes what was decided, within the transaction; when the engine refuses a row, all that it
  /// would refuse are told. The errors of each set, one by one.
  std::vector<Errors> apply();
  /// What apply() would say, without writing.
  std::vector<Errors> rehearse();
  /// What only the commit finds is told for each set as well.
  std::vector<Errors> commit();

 private:
  db::Connection& connection() const { return runs_.front()->connection_; }
  std::vector<Errors> write();
  std::vector<Errors> prune();
  std::vector<Errors> constraints() const;
  std::vector<Errors> blame(const Run* culprit, Errors errors) const;
  std::vector<Errors> stage();
  std::vector<Errors> each(Errors (Run::*step)());
  /// Puts them into the reports; whether there were none.
  bool settle(std::vector<Errors> errors);
  bool inside();
  bool carry_out();

  std::vector<Run*> runs_;
};

}  // namespace bedstone::seed
