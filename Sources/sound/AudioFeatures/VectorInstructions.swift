internal import CProcessor

/// The vector instructions that this module was compiled for.
public enum VectorInstructions {
  /// Whether this machine's processor has them; where it has not, nothing else of this module may be called.
  public static var areAvailable: Bool { processor_has_vectors_of_this_build() }
}
