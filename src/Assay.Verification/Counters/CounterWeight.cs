namespace Assay.Verification.Counters;

/// <summary>What a finding means.</summary>
public enum CounterWeight
{
    /// <summary>Something to know; nothing is wrong with it by itself.</summary>
    Note,

    /// <summary>Something is missing. It may be with somebody else who uses the key, or not there at all.</summary>
    Gap,

    /// <summary>Signed statements contradict each other: no honest node makes them.</summary>
    Evidence,
}
