public import Tracks

/// Gives every track its label with its reason.
///
/// Copies of one recording (`CopyGroup`) share their history: the most plays, active if any copy is, the earliest
/// arrival. The best copy stays (one the owner spoke about, one that can be read, lossless before lossy, then the bit
/// rate, the duration and the order of the paths); the others are excluded. For the copy that stays, the first rule that
/// applies decides:
/// 1. the owner's word;
/// 2. a file that cannot be analysed, or one that holds several tracks (a cue sheet of several, several subsongs, or,
///    without a cue sheet, a duration beyond the limit), is excluded;
/// 3. ratings, where they are turned on;
/// 4. not in the active set and there before its export: what `archived` says, unless an entry that names no single file
///    may mean a copy of it;
/// 5. skips and neglect, where they are turned on;
/// 6. enough plays, in all or (where that is turned on) a year: good, unless the last was too long ago, where that is
///    turned on; some, or plays that nobody counted: undecided; none: unheard.
///
/// A track was there since the earliest of its adding, its plays and its sighting; the file's date counts where no adding
/// is known. A file that is gone has no label, but shares its history with its copies.
///
/// A title with the mark of a short version is then excluded where a longer track of the same artist and title is good,
/// or, if it is unheard itself, where a longer one is bad: so is what evidence shows to be a short version. Marks of
/// karaoke and other versions are part of a title, so they are songs of their own.
///
/// The result does not depend on the order of any argument. The time grows with n log n.
///
/// - Parameters:
///   - files: All tracks of the library, each with a number of its own.
///   - imports: What was imported, from which the active set follows.
///   - rules: The owner's decisions.
///   - evidence: What an analysis found out about pairs; pairs of unknown tracks say nothing.
///   - explaining: The tracks whose rules are wanted in words.
public func assignLabels(
  files: [LabellingFile], imports: ImportedSets, rules: LabelRules = LabelRules(), evidence: [PairEvidence] = [],
  explaining: Set<Int64> = []
) -> LabelResult {
  Labeller(files: files, imports: imports, rules: rules, evidence: evidence).result(explaining: explaining)
}
