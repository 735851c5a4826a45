using Assay.Chat;
using Assay.Node.Errors;
using Assay.Node.History;
using Assay.Node.Keys;
using Assay.Node.Paying;
using Assay.Node.Planning;
using Assay.Node.Serving;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Chatting;

/// <summary>A chat that costs something. Its answer is there as a whole before it is paid for; a stream's events too.</summary>
/// <param name="begun">The request.</param>
/// <param name="planner">Plans it.</param>
/// <param name="service">Answers it.</param>
/// <param name="enter">Lets it work as an application; or says why not.</param>
/// <param name="stopping">The node stops.</param>
internal sealed class SoldChat(ChatBegun begun, ChatPlanner planner, ChatService service, Func<ChatJob, NodeError?> enter, CancellationToken stopping) : ISoldRequest, IDisposable
{
    private ApplicationUse? _application;

    public string Protocol => begun.Request.Protocol;

    public string Name => begun.Name;

    public ModelTerms Terms => begun.Model.Terms;

    public string Description => begun.Model.Description;

    public ApiKey Caller => begun.Caller;

    public ReadOnlyMemory<byte> Body => begun.Request.Body;

    public Digest32 Key => SoldKey.Of(Protocol, begun.Request.Model, begun.Wish.Header, begun.Request.Body.Span);

    public double? Milliseconds => begun.Model.Times.RequestMilliseconds;

    public bool IsConfidential => false;

    // Its body would need 'error' to be a text, and OpenAI's clients need an object there.
    public bool TakesV1 => false;

    public NodeError? Prepare(IReadOnlyList<VerificationLevel>? sold, out ISoldWork? work)
    {
        NodeError? error = planner.Prepare(begun, sold, out ChatPrepared? prepared);
        if (error is null && _application is null)
        {
            // Before anything is offered: what may not work isn't to be paid for.
            ChatJob first = prepared!.Job(prepared.Plans[0]);
            error = enter(first);
            _application = first.Application;
        }

        work = error is null ? new Work(this, prepared!) : null;
        return error;
    }

    /// <summary>The job of a work of this request.</summary>
    internal ChatJob Job(ISoldWork work, Plan plan, PaidFor? paid)
    {
        ChatJob job = ((Work)work).Prepared.Job(plan);
        (job.Application, job.Paid) = (_application, paid);
        return job;
    }

    public void Dispose() => _application?.Dispose();

    private sealed class Work(SoldChat request, ChatPrepared prepared) : ISoldWork
    {
        internal ChatPrepared Prepared => prepared;

        public ISoldRequest Request => request;

        public IReadOnlyList<Plan> Plans => prepared.Plans;

        public int Items => prepared.Choices;

        public RunMeasure? Worst => prepared.Begun.Request.Kind == ChatKind.Embedding ? new RunMeasure(TimeSpan.Zero, TokenEstimate.Of(prepared.Begun.Request))
            : prepared.Applied.Applied.MaxTokens is { } most ? new RunMeasure(TimeSpan.Zero, TokenEstimate.Of(prepared.Begun.Request), (long)most * prepared.Choices)
            : null;

        public Task<(InferenceReply? Reply, NodeError? Error)> RunAsync(Plan plan, PaidFor? paid, CancellationToken abandoned) => request.RunAsync(request.Job(this, plan, paid), abandoned);
    }

    private async Task<(InferenceReply? Reply, NodeError? Error)> RunAsync(ChatJob job, CancellationToken abandoned)
    {
        if (job.Model.TryEnter(job.Caller) is { } busy)
        {
            return (null, busy);
        }

        try
        {
            (ChatReply? reply, NodeError? error) = await (job.Request.IsStream ? service.CollectStreamAsync(job, abandoned, stopping) : service.AnswerAsync(job, abandoned, stopping)).ConfigureAwait(false);
            return reply is null ? (null, error) : (new InferenceReply(job.Id, job.Plan, reply.Body, job.Secret)
            {
                Measure = job.Charged!.Value,
                Digest = reply.Digest,
                IsStream = job.Request.IsStream,
            }, null);
        }
        finally
        {
            job.Model.Leave(job.Caller);
        }
    }
}
