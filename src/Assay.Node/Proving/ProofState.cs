namespace Assay.Node.Proving;

/// <summary>How far the proof of a receipt is.</summary>
internal enum ProofState
{
    /// <summary>None is asked for, or it failed before this node's start.</summary>
    None,

    /// <summary>It waits for its turn, or for others to be proved with.</summary>
    Queued,

    /// <summary>It is being made.</summary>
    Proving,

    /// <summary>It is there.</summary>
    Done,

    /// <summary>There can't be one.</summary>
    Failed,
}
