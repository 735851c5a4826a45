using Assay.Primitives;
using Assay.Primitives.Notes;

namespace Assay.Witness.Tests;

/// <summary>A witness in a folder of its own that watches one log.</summary>
internal sealed class TestWitness : IDisposable
{
    private readonly FixedTime _time = new();

    public TestWitness(params NoteVerifierKey[] logs)
    {
        const string Memory = "/dev/shm";
        string parent = Directory.Exists(Memory) ? Memory : Path.GetTempPath();
        Folder = Path.Combine(parent, $"assay-witness-{Path.GetRandomFileName()}");
        Reopen();
        foreach (NoteVerifierKey log in logs)
        {
            Store.Trust(log);
        }
    }

    public string Folder { get; }

    public WitnessStore Store { get; private set; } = null!;

    public WitnessService Service { get; private set; } = null!;

    public DateTimeOffset Now
    {
        get => _time.Now;
        set => _time.Now = value;
    }

    public void Reopen(Action<string>? afterStep = null)
    {
        Store?.Dispose();
        Store = WitnessStore.Open(Folder, "witness.example", afterStep);
        Service = new WitnessService(Store, _time);
    }

    /// <summary>The cosigned checkpoint of an answer, verified.</summary>
    public Checkpoint Cosigned(byte[] request, WitnessReply reply)
    {
        Assert.Equal(200, reply.Status);
        SignedNote note = AddCheckpointRequest.TryParse(request, out _)!.Note;
        IReadOnlyList<NoteSignature> lines = NoteSignature.TryParseLines(System.Text.Encoding.UTF8.GetBytes(reply.Body), out _)!;
        Assert.Equal(CheckResult.Pass, Cosignature.Verify(note.With(Assert.Single(lines)), Store.Key, out long time));
        Assert.Equal(Now.ToUnixTimeSeconds(), time);
        return Checkpoint.TryParse(note.Text, out _)!;
    }

    public void Dispose()
    {
        Store.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private sealed class FixedTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
