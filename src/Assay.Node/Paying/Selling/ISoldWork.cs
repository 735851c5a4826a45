using Assay.Node.Errors;
using Assay.Node.Planning;
using Assay.Node.Serving;

namespace Assay.Node.Paying;

/// <summary>A request that can be worked on as soon as it is paid for.</summary>
internal interface ISoldWork
{
    /// <summary>The request.</summary>
    ISoldRequest Request { get; }

    /// <summary>What it can get: one plan; several where it names no level and what is paid decides.</summary>
    IReadOnlyList<Plan> Plans { get; }

    /// <summary>How many items it has.</summary>
    int Items { get; }

    /// <summary>The most tokens that it can be, as far as that is known before; null: nothing bounds it, or it has no tokens.</summary>
    RunMeasure? Worst { get; }

    /// <summary>Works; the answer's receipt is durable, and its policy met, or there is an error.</summary>
    /// <param name="plan">What it gets.</param>
    /// <param name="paid">How it is paid for; null: it is free.</param>
    /// <param name="abandoned">Nobody waits for the answer any more; looked at for the last time before the receipt.</param>
    Task<(InferenceReply? Reply, NodeError? Error)> RunAsync(Plan plan, PaidFor? paid, CancellationToken abandoned);
}
