using Assay.Client;
using Assay.Node.Attesting;
using Assay.Node.Witnessing;
using Assay.OnnxRuntime;
using Assay.Receipts;

namespace Assay.Node;

/// <summary>Every tunable of a node, with unit, default and limit. Checked by <see cref="Validate"/> before anything starts.</summary>
public sealed record NodeOptions
{
    internal const int DefaultProofBatch = 64;
    internal const int DefaultProofMemory = 2048;

    /// <summary>The node's folder: keys, models, log, database. Created if missing.</summary>
    public required string Folder { get; init; }

    /// <summary>Address to bind, default <c>http://127.0.0.1:8080</c>; port 0 picks a free one.</summary>
    public string Url { get; init; } = "http://127.0.0.1:8080";

    /// <summary>The log's name (C2SP origin), without scheme or spaces. Default <c>localhost/assay</c>.</summary>
    public string Origin { get; init; } = "localhost/assay";

    /// <summary>API key file, or null: every caller is anonymous.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Price file (docs/payment.md), or null: all models are free.</summary>
    public string? PriceFile { get; init; }

    /// <summary>Level of requests for which nobody named one. Allowed on loopback only; default none.</summary>
    public VerificationLevel? DefaultLevel { get; init; }

    /// <summary>Longest request body in bytes; default and at most 16 MiB: bundles hold it twice and have to stay readable.</summary>
    public int MaximumBodyBytes { get; init; } = 16 << 20;

    /// <summary>Most items in one request (the batch dimension); default 1,024, at most 65,536.</summary>
    public int MaximumBatch { get; init; } = 1024;

    /// <summary>Most receipts that wait for the disk before new requests are pushed back with 503; default 4,096.</summary>
    public int MaximumPendingReceipts { get; init; } = 4096;

    /// <summary>Most open connections; more are closed at once. Default 1,024, 1 to 65,536.</summary>
    public int MaximumConnections { get; init; } = 1024;

    /// <summary>Longest time between an answer and the checkpoint that covers it; default 200 ms, 10 ms to 60 s.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Witnesses that checkpoints are submitted to; default none, at most 16.</summary>
    public IReadOnlyList<WitnessEndpoint> Witnesses { get; init; } = [];

    /// <summary>Shortest time between two checkpoints that are submitted; default 500 ms, 10 ms to an hour. The first after a pause goes at once.</summary>
    public TimeSpan WitnessInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest time for one witness to answer; default 5 s, 100 ms to 60 s.</summary>
    public TimeSpan WitnessTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Peers that run answers again where a policy asks for it; default none, at most 16.</summary>
    public IReadOnlyList<PeerAddress> ReplayPeers { get; init; } = [];

    /// <summary>Longest time for one peer to commit and endorse; default 10 s, 100 ms to 30 s.</summary>
    public TimeSpan ReplayTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most items in one proof; default 64, 1 to 1,024.</summary>
    public int ProofBatch { get; init; } = DefaultProofBatch;

    /// <summary>How long an answer waits for others that can be proved with it; default 20 ms, 0 to 10 s. Only those of one API key wait, or public ones.</summary>
    public TimeSpan ProofWait { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Most answers that wait for their proofs before new ones are pushed back with 503; default 256, 1 to 65,536.</summary>
    public int ProofQueue { get; init; } = 256;

    /// <summary>Most memory of a proof, in MiB: it bounds how many runs are proved together, and which models are; default 2,048, 16 to 1,048,576.</summary>
    public int ProofMemoryMebibytes { get; init; } = DefaultProofMemory;

    /// <summary>Which hardware vouches for runs; default none.</summary>
    public AttestMode Attest { get; init; }

    /// <summary>The attestation policy that the node holds itself to, JSON or signed; null for the simulator only: then one that names this simulator and this build.</summary>
    public string? AttestationPolicyFile { get; init; }

    /// <summary>Folder of vendors' statements about platforms (docs/attesting.md), read again each time; null: only what the hardware hands out.</summary>
    public string? CollateralFolder { get; init; }

    /// <summary>From one evidence to the next; default 30 min, 10 s to 12 h, and at most half of the policy's greatest age.</summary>
    public TimeSpan AttestationInterval { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>ONNX Runtime's library for float models, or null: as <see cref="OnnxRuntimeLibrary.Find"/> says.</summary>
    public string? OnnxRuntimeLibraryFile { get; init; }

    /// <summary>Longest time of a float model's run; default 10 s, 100 ms to 600 s. Looked at between its operators.</summary>
    public TimeSpan FloatTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most memory for tensors of all float models together, in MiB; default 4,096, 16 to 1,048,576.</summary>
    public int FloatMemoryMebibytes { get; init; } = 4096;

    /// <summary>Most configurations of one application that are told apart (spec/history.md); default 1,000, 1 to 100,000.</summary>
    public int MaximumConfigurations { get; init; } = 1000;

    /// <summary>Most applications of one API key; default 100, 1 to 10,000.</summary>
    public int MaximumApplications { get; init; } = 100;

    /// <summary>Whether <see cref="Url"/> is bound to loopback.</summary>
    public bool IsLoopback => Uri.TryCreate(Url, UriKind.Absolute, out Uri? uri) && uri.IsLoopback;

    /// <summary>Loads ONNX Runtime with this node's bounds.</summary>
    /// <exception cref="OnnxRuntimeException">It isn't installed, or can't be loaded.</exception>
    public FloatRuntime LoadFloatRuntime() => FloatRuntime.Load(OnnxRuntimeLibraryFile, new FloatRuntimeOptions { RunTimeout = FloatTimeout, MaxTensorBytes = (long)FloatMemoryMebibytes << 20 });

    /// <summary>All problems at once, each with its remedy; empty if the options are good.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> problems = [];
        if (!Uri.TryCreate(Url, UriKind.Absolute, out Uri? uri) || uri.Scheme != Uri.UriSchemeHttp || uri.PathAndQuery != "/" || Url.Contains(';', StringComparison.Ordinal))
        {
            problems.Add($"--url '{Url}' isn't one http:// address without a path; TLS is terminated in front of the node");
        }
        else if (DefaultLevel is not null && !uri.IsLoopback)
        {
            problems.Add("--default-level works on a loopback address only: callers from elsewhere must say their level, or have it set by their API key");
        }

        if (Origin.Length is 0 or > 200 || Origin.AsSpan().IndexOfAny(" +\n\r\t") >= 0)
        {
            problems.Add($"--origin '{Origin}': 1 to 200 characters without spaces or '+'");
        }

        Range(MaximumBodyBytes, 1024, 16 << 20, "--max-body", "bytes", problems);
        Range(MaximumBatch, 1, 65536, "--max-batch", "items", problems);
        Range(MaximumPendingReceipts, 1, 1 << 20, "--max-pending", "receipts", problems);
        Range(MaximumConnections, 1, 65536, "--max-connections", "connections", problems);
        Range(CheckpointInterval.TotalMilliseconds, 10, 60_000, "--checkpoint-interval", "ms", problems);
        Range(Witnesses.Count, 0, 16, "--witness", "witnesses", problems);
        Range(WitnessInterval.TotalMilliseconds, 10, 3_600_000, "--witness-interval", "ms", problems);
        Range(WitnessTimeout.TotalMilliseconds, 100, 60_000, "--witness-timeout", "ms", problems);
        if (Witnesses.DistinctBy(static witness => witness.Key).Count() != Witnesses.Count)
        {
            problems.Add("--witness: the same key twice; one witness counts once");
        }

        Range(FloatTimeout.TotalMilliseconds, 100, 600_000, "--float-timeout", "ms", problems);
        Range(FloatMemoryMebibytes, 16, 1 << 20, "--float-memory", "MiB", problems);
        Range(ReplayPeers.Count, 0, 16, "--replayer", "peers", problems);
        Range(ReplayTimeout.TotalMilliseconds, 100, 30_000, "--replayer-timeout", "ms", problems);
        Range(ProofBatch, 1, 1024, "--proof-batch", "items", problems);
        Range(ProofWait.TotalMilliseconds, 0, 10_000, "--proof-wait", "ms", problems);
        Range(ProofQueue, 1, 65536, "--proof-queue", "answers", problems);
        Range(ProofMemoryMebibytes, 16, 1 << 20, "--proof-memory", "MiB", problems);
        Range(AttestationInterval.TotalSeconds, 10, 43_200, "--attest-interval", "s", problems);
        Range(MaximumConfigurations, 1, 100_000, "--max-configurations", "configurations", problems);
        Range(MaximumApplications, 1, 10_000, "--max-applications", "applications", problems);
        if (Attest == AttestMode.None && (AttestationPolicyFile ?? CollateralFolder) is not null)
        {
            problems.Add("--attestation-policy and --collateral go with --attest: without it nothing is held to them");
        }

        if (ReplayPeers.DistinctBy(static peer => peer.Peer).Count() != ReplayPeers.Count)
        {
            problems.Add("--replayer: the same key twice; one peer counts once");
        }

        return problems;
    }

    private static void Range(double value, double low, double high, string name, string unit, List<string> problems)
    {
        if (value < low || value > high)
        {
            problems.Add($"{name} {value}: from {low} to {high} {unit}");
        }
    }
}
