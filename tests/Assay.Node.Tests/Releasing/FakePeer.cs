using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Assay.Client;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Receipts;
using Assay.Verification;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Node.Tests.Releasing;

/// <summary>A peer over HTTP that does what it should, or one thing that it shouldn't.</summary>
internal sealed class FakePeer : IAsyncDisposable
{
    private static readonly byte[] Salt = new byte[16];
    private readonly WebApplication _application;
    private readonly Es256Signer _signer = NewSigner();
    private readonly Es256Signer _other = NewSigner();
    private readonly ConcurrentDictionary<Digest32, ReplayCommitment> _commitments = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FakePeer(WebApplication application, string behaviour)
    {
        _application = application;
        Behaviour = behaviour;
        application.MapPost("/v1/commitments", CommitAsync);
        application.MapPost("/v1/endorsements", EndorseAsync);
    }

    /// <summary>What it does from now on.</summary>
    internal string Behaviour { get; set; }

    internal PeerAddress Address { get; private set; } = null!;

    internal Digest32 Peer => Address.Peer;

    /// <summary>Bundles that it was sent, in order.</summary>
    internal ConcurrentQueue<(string Path, Bundle Bundle)> Seen { get; } = new();

    /// <summary>Done when it has been asked to commit.</summary>
    internal Task Asked => _asked.Task;

    /// <summary>What it waits for, if it is to wait.</summary>
    internal TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal static async Task<FakePeer> StartAsync(string behaviour = "honest")
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        FakePeer fake = new(builder.Build(), behaviour);
        await fake._application.StartAsync();
        fake.Address = new PeerAddress(new Uri(fake._application.Urls.First() + "/"), fake._signer.PublicKey);
        if (behaviour == "down")
        {
            await fake._application.StopAsync();
        }

        return fake;
    }

    public async ValueTask DisposeAsync()
    {
        Gate.TrySetResult();
        await _application.DisposeAsync();
        _signer.Dispose();
        _other.Dispose();
    }

    private static Es256Signer NewSigner() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    private static async Task<Bundle> ReadAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        return Bundle.TryDecode(body.ToArray(), out string? error) ?? throw new InvalidOperationException(error);
    }

    private async Task CommitAsync(HttpContext context)
    {
        Bundle bundle = await ReadAsync(context);
        Seen.Enqueue(("commitments", bundle));
        _asked.TrySetResult();
        if (Behaviour is "slow" or "late")
        {
            await Gate.Task.WaitAsync(context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
        }

        if (await MisbehaveAsync(context, "commit"))
        {
            return;
        }

        ReplayCommitment commitment = Commit(bundle, Behaviour is not ("lying" or "contradicts-itself"));
        _commitments[bundle.Envelope.Digest] = commitment;
        await context.Response.Body.WriteAsync(commitment.Bytes);
    }

    private ReplayCommitment Commit(Bundle bundle, bool honest)
    {
        ModelId model = Behaviour == "another-program" ? new ModelId(Digest32.Sha256([1])) : new ModelId(bundle.Claims.Digest(ClaimRegistry.ModelModelId)!.Value);
        IReadOnlyList<TensorValue> inputs = bundle.Claims.Tensors(ClaimRegistry.RequestInputs)!;
        ReplayResult.Ran ran = (ReplayResult.Ran)new ProgramReplayer([TestModels.Tiny()]).Replay(new ReplayRequest(TestModels.Tiny().Id, null, inputs));
        Digest32 receipt = Behaviour == "copies-another-receipt" ? Digest32.Sha256([2]) : bundle.Envelope.Digest;
        return ReplayCommitment.Create(
            receipt, TensorDigest.Of(Salt, model), TensorDigest.Of(Salt, Behaviour == "other-inputs" ? [] : inputs), honest ? TensorDigest.Of(Salt, ran.Outputs) : Digest32.Sha256([3]), TimeProvider.System.GetUtcNow(),
            Behaviour == "signed-by-another" ? _other : _signer);
    }

    private async Task EndorseAsync(HttpContext context)
    {
        Bundle bundle = await ReadAsync(context);
        Seen.Enqueue(("endorsements", bundle));
        if (await MisbehaveAsync(context, "endorse"))
        {
            return;
        }

        ReplayCommitment commitment = Behaviour == "equivocates" ? Commit(bundle, honest: true) : _commitments[bundle.Envelope.Digest];
        ReplayEvidence evidence = new(commitment, TensorDigest.Of(Salt, bundle.Output.AllParts!));
        byte[] bytes = evidence.Encode();
        EndorsementFinding finding = Behaviour == "contradicts-itself" ? EndorsementFinding.Established : evidence.Finding;
        Digest32 about = Behaviour == "endorses-another-receipt" ? Digest32.Sha256([4]) : bundle.Envelope.Digest;
        Endorsement endorsement = Endorsement.Create(
            about, Behaviour == "half" ? [Question.Model] : Endorsement.QuestionsOfReplay, Basis.Replay, finding, Digest32.Sha256(bytes), TimeProvider.System.GetUtcNow(), Behaviour == "another-key" ? _other : _signer);
        await context.Response.Body.WriteAsync(AttachedEndorsement.Create(endorsement, bytes, Behaviour == "keeps-its-salt" ? default(ReadOnlyMemory<byte>?) : Salt, null).Encode());
    }

    // What can go wrong at either step.
    private async Task<bool> MisbehaveAsync(HttpContext context, string step)
    {
        string what = Behaviour.StartsWith(step + "-", StringComparison.Ordinal) ? Behaviour[(step.Length + 1)..] : "";
        switch (what)
        {
            case "hangs":
                await Gate.Task.WaitAsync(context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
                return true;
            case "garbage":
                await context.Response.WriteAsync("hello");
                return true;
            case "endless" or "endless-error":
                context.Response.StatusCode = what == "endless" ? 200 : 500;
                byte[] chunk = new byte[4096];
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
                }

                return true;
            case "drips":
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.Body.WriteAsync("x"u8.ToArray(), context.RequestAborted);
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                    await Task.Delay(20, context.RequestAborted);
                }

                return true;
            case "unknown-model":
                context.Response.StatusCode = 404;
                await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes("""{"code":"replay/model-unknown","message":"m","nearest":""}"""));
                return true;
            case "bad-code":
                context.Response.StatusCode = 403;
                await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes("""{"code":"<b>\u001b[31m\n","message":"m","nearest":""}"""));
                return true;
            case "redirects":
                context.Response.Redirect("http://127.0.0.1:1/");
                return true;
            case "breaks":
                context.Abort();
                return true;
            default:
                return false;
        }
    }
}
