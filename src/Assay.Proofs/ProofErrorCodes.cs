namespace Assay.Proofs;

/// <summary>Why a key isn't one, or why a program has no proof (docs/errors.md).</summary>
public static class ProofErrorCodes
{
    /// <summary>Not a key of this version, or one of its numbers is out of its range.</summary>
    public const string Key = "zk/key";

    /// <summary>An operation has no proof.</summary>
    public const string Operation = "zk/operation";

    /// <summary>Numbers would not be unique modulo p.</summary>
    public const string Bounds = "zk/bounds";

    /// <summary>A choice doesn't fit its operation.</summary>
    public const string Choice = "zk/choice";

    /// <summary>Two limbs with a shift below 8.</summary>
    public const string Limbs = "zk/limbs";

    /// <summary>A softmax is too long, or its reciprocal too precise.</summary>
    public const string SoftmaxLength = "zk/softmax-length";

    /// <summary>Nothing is looked up.</summary>
    public const string Nothing = "zk/nothing";

    /// <summary>More than <see cref="Circuits.CircuitLimits"/>.</summary>
    public const string Limit = "zk/limit";
}
