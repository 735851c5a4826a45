using Assay.Node.Errors;
using Assay.Node.Keys;
using Assay.Node.Planning;
using Assay.Node.Serving;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Paying;

/// <summary>A request of the Open Inference Protocol that costs something.</summary>
internal sealed class SoldInference(BegunCall begun, InferenceService service) : ISoldRequest
{
    public string Protocol => WellKnown.OpenInferenceV2;

    public string Name => begun.Name;

    public ModelTerms Terms => begun.Model.Terms;

    public string Description => begun.Model.Papers.Card is { Description.Length: > 0 } card ? card.Description : begun.Model.Description;

    public ApiKey Caller => begun.Call.Caller;

    public ReadOnlyMemory<byte> Body => begun.Call.Body;

    public Digest32 Key => SoldKey.Of(Protocol, begun.Call.Model, begun.Call.LevelHeader, begun.Call.Body.Span);

    public double? Milliseconds => begun.Model.Times.RequestMilliseconds;

    public bool IsConfidential => begun.Call.IsConfidential;

    public bool TakesV1 => true;

    public NodeError? Prepare(IReadOnlyList<VerificationLevel>? sold, out ISoldWork? work)
    {
        NodeError? error = service.Prepare(begun, sold, out PreparedCall? prepared);
        work = prepared is null ? null : new Work(this, prepared, service);
        return error;
    }

    private sealed class Work(SoldInference request, PreparedCall prepared, InferenceService service) : ISoldWork
    {
        public ISoldRequest Request => request;

        public IReadOnlyList<Plan> Plans => prepared.Plans;

        public int Items => prepared.Items;

        public RunMeasure? Worst => null;

        public Task<(InferenceReply? Reply, NodeError? Error)> RunAsync(Plan plan, PaidFor? paid, CancellationToken abandoned) => service.RunAsync(prepared, plan, paid, abandoned);
    }
}
