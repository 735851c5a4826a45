namespace Assay.Attestation;

/// <summary>What TCB info and identities of quoting enclaves have in common.</summary>
internal abstract record IntelStatement
{
    internal required string Id { get; init; }

    internal required uint Version { get; init; }

    internal required DateTimeOffset IssueDate { get; init; }

    internal required DateTimeOffset NextUpdate { get; init; }

    internal required uint EvaluationNumber { get; init; }

    /// <summary>The signed bytes and their signature, not verified here.</summary>
    internal required SignedStatement Statement { get; init; }
}
