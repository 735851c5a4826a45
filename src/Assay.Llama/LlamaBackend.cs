using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Assay.Chat;
using Assay.Primitives;

namespace Assay.Llama;

/// <summary>A GGUF model in this process, by llama.cpp (docs/chat.md, "Local models"). Safe for many callers at once; they wait in turn for a context.</summary>
public sealed class LlamaBackend : IChatBackend
{
    private const int MaxContext = 1 << 20, DefaultContext = 4096, LeastContext = 16, DefaultBatch = 512, EventsAhead = 64;
    private const long SmallModelBytes = 100_000_000;

    private readonly LlamaModel _model;
    private readonly PromptTokens _prompts;
    private readonly LlamaPlanner _planner;
    private readonly ContextPool _contexts;
    private readonly Lazy<ContextPool> _embedders;

    // Never disposed of: who comes too late asks it, and it holds nothing but memory.
    private readonly CancellationTokenSource _closing = new();

    private LlamaBackend(LlamaModel model, LlamaOptions options)
    {
        _model = model;
        int answers = InRange(options.Contexts ?? 1, 1, 64, nameof(options.Contexts));
        int waiting = InRange(options.MaxWaiting ?? 64, 0, int.MaxValue - 64, nameof(options.MaxWaiting));
        int threads = InRange(options.Threads ?? DefaultThreads(model.FileBytes, Environment.ProcessorCount, answers), 1, 256, nameof(options.Threads));
        int trained = model.TrainedContext > 0 ? model.TrainedContext : DefaultContext;
        int tokens = InRange(options.ContextTokens ?? Math.Clamp(trained, LeastContext, DefaultContext), LeastContext, MaxContext, nameof(options.ContextTokens));
        int batch = InRange(options.BatchTokens ?? Math.Min(DefaultBatch, tokens), 1, tokens, nameof(options.BatchTokens));
        ChatTemplate template = ChatTemplate.Choose(options.Template, model.Header.Text("tokenizer.chat_template"))
            ?? throw new LlamaException(
                LlamaErrors.Template,
                options.Template is null ? "The model's chat template is none of those that are known." : $"There is no chat template '{options.Template}'.",
                $"Name one: {ChatTemplate.Names}.");
        _prompts = new PromptTokens(model, template);
        _planner = new LlamaPlanner(model, _prompts, tokens);
        _contexts = new ContextPool(answers, waiting, () => new LlamaContext(model, tokens, batch, threads, embeds: false));

        // Vectors are pooled over one batch: all tokens must be in it.
        _embedders = new Lazy<ContextPool>(() => new ContextPool(1, waiting, () => new LlamaContext(model, tokens, tokens, threads, embeds: true)));
        Info = new ChatBackendInfo
        {
            Backend = $"llama.cpp/{model.Api.Version} sha256:{model.Api.Digest} threads={threads} context={tokens} batch={batch}",
            Semantics = "llama.cpp/sampler-v1",
            InstructionSet = model.Api.Kernels,
            Model = model.Id,
            Tokenizer = model.Tokenizer,
            Template = template.Digest,
            Kinds = new HashSet<ChatKind> { ChatKind.Chat, ChatKind.Completion, ChatKind.Embedding },
            ContextTokens = tokens,
        };
        Template = template.Name;
    }

    /// <inheritdoc/>
    public ChatBackendInfo Info { get; }

    /// <summary>Which family of templates is applied to chats: a name of <see cref="LlamaOptions.Template"/>.</summary>
    public string Template { get; }

    /// <summary>Loads the library (once in a process), and a model.</summary>
    /// <param name="ggufPath">A GGUF file of one part. Whoever can write it can change the model while it runs.</param>
    /// <param name="options">How it is run; null: the defaults.</param>
    /// <exception cref="LlamaException">The library isn't there, or the file isn't one that it and this version take.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static LlamaBackend Open(string ggufPath, LlamaOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(ggufPath);
        options ??= new LlamaOptions();
        LlamaModel model = LlamaModel.Open(LlamaApi.Load(options.LibraryPath), ggufPath);
        try
        {
            return new LlamaBackend(model, options);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The name (<see cref="LlamaOptions.Template"/>) of the template that a receipt's leaf <c>model.template</c> is of; null: none of this build's.</summary>
    public static string? TemplateOf(in Digest32 digest) => ChatTemplate.Find(digest)?.Name;

    /// <inheritdoc/>
    public ChatPlan? Plan(ChatRequest request, out ChatFault? fault)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _planner.Plan(request, out fault);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatEvent> RunAsync(ChatPlan plan, Action<ChatRunReport> report, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(report);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _closing.Token);
        ContextPool pool = plan.Request.Kind == ChatKind.Embedding && !_closing.IsCancellationRequested ? _embedders.Value : _contexts;
        LlamaContext context;
        try
        {
            context = await pool.RentAsync(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            throw Closed();
        }

        Channel<(ChatEvent? Event, ChatRunReport? Report)> events = Channel.CreateBounded<(ChatEvent?, ChatRunReport?)>(EventsAhead);
        Task work = Task.Factory.StartNew(() => Work(plan, pool, context, events.Writer, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            await foreach ((ChatEvent? next, ChatRunReport? said) in events.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                cancellation.ThrowIfCancellationRequested();
                if (said is not null)
                {
                    report(said);
                }

                if (next is not null)
                {
                    yield return next;
                }
            }
        }
        finally
        {
            // Also if nobody reads on.
            await stop.CancelAsync().ConfigureAwait(false);
            await work.ConfigureAwait(false);
        }
    }

    /// <summary>Ends what runs, and frees the model.</summary>
    public void Dispose()
    {
        if (_closing.IsCancellationRequested)
        {
            return;
        }

        _closing.Cancel();
        _contexts.Dispose();
        if (_embedders.IsValueCreated)
        {
            _embedders.Value.Dispose();
        }

        _model.Dispose();
    }

    // Threads wait for each other at every layer: of a small model, longer than they compute. One processor is left to the node.
    internal static int DefaultThreads(long fileBytes, int processors, int answers) =>
        fileBytes < SmallModelBytes ? 1 : Math.Clamp((processors - 1) / answers, 1, 256);

    private static ChatBackendException Closed() => new(LlamaErrors.Failed, "The model is being closed.", 503);

    private static int InRange(int value, int least, int most, string name) =>
        value >= least && value <= most ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be {least:N0} to {most:N0}.");

    // On a thread of its own: the library computes without ever giving way. It has the context until it ends, whatever becomes of the reader.
    private void Work(ChatPlan plan, ContextPool pool, LlamaContext context, ChannelWriter<(ChatEvent?, ChatRunReport?)> events, CancellationToken stop)
    {
        Exception? failed = null;
        try
        {
            context.Clear();
            using CancellationTokenRegistration abort = stop.Register(context.Abort);
            AnswerForm? form = AnswerForm.Of(plan.Request, out _);
            int[][] prompts = _prompts.Of(plan.Request, form?.Injected, context.Tokens) ?? throw new ChatBackendException(LlamaErrors.Failed, "The request wasn't planned by this backend.", 500);
            if (plan.Request.Kind == ChatKind.Embedding)
            {
                Embed(context, prompts);
            }
            else
            {
                new Generation(_model, context, plan, form, prompts, Emit, stop).Run();
            }
        }
        catch (Exception e)
        {
            failed = e is not OperationCanceledException ? e : _closing.IsCancellationRequested ? Closed() : new OperationCanceledException(stop);
        }

        pool.Return(context);
        events.TryComplete(failed);

        void Emit(ChatEvent? next, ChatRunReport? report)
        {
            if (!events.TryWrite((next, report)))
            {
                events.WriteAsync((next, report), stop).AsTask().GetAwaiter().GetResult();
            }
        }

        void Embed(LlamaContext embedder, int[][] inputs)
        {
            for (int i = 0; i < inputs.Length; i++)
            {
                embedder.Clear();
                stop.ThrowIfCancellationRequested();
                embedder.Read(inputs[i]);
                float[] vector = embedder.Embedding(_model.EmbeddingLength);
                double length = Math.Sqrt(vector.Sum(static value => (double)value * value));
                for (int d = 0; d < vector.Length; d++)
                {
                    vector[d] = (float)(length > 0 ? vector[d] / length : 0);
                }

                if (i == inputs.Length - 1)
                {
                    Emit(null, new ChatRunReport { Usage = new ChatUsage(inputs.Sum(static input => (long)input.Length), 0), Cache = "none" });
                }

                Emit(new ChatEvent { Choice = i, Embedding = vector, FinishReason = "stop" }, null);
            }
        }
    }
}
