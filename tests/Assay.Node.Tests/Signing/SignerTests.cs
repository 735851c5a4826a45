using System.Text;
using Assay.Files;
using Assay.Node.Keys;
using Assay.Node.Signing;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Primitives.Notes;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Tests.Signing;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class SignerTests : IDisposable
{
    private const string Origin = "test.example/log";
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-signer-").FullName;

    private string Socket => Path.Combine(_folder, "s");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task ANodeWithASigner_IssuesGoodReceipts_AndHoldsNoKey()
    {
        await using SignerHost signer = await StartAsync();
        string folder = Path.Combine(_folder, "node");
        NodeOptions options = new() { Folder = folder, Url = "http://127.0.0.1:0", Origin = Origin, CheckpointInterval = TimeSpan.FromMilliseconds(20) };
        NodeIdentity identity = NodeIdentity.OpenOrCreate(folder, Origin, TimeProvider.System.GetUtcNow(), RemoteKeySource.TryParse("unix:" + Socket)!);
        await using NodeHost node = await NodeHost.StartAsync(options, identity, new Serving.ModelCatalog([TestModels.Serve()]), TimeProvider.System, CancellationToken.None);
        using HttpClient http = new();
        Client.AssayClient client = new(http, node.Address, TimeProvider.System);
        Client.Answer answer = await client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Signed, CancellationToken.None);
        Verdict verdict = Verifier.Verify(new VerificationInput
        {
            Bundle = answer.Bundle,
            Now = TimeProvider.System.GetUtcNow(),
            Trust = TrustFile.TryParse(Encoding.UTF8.GetBytes(identity.TrustText), out _, out _),
        });
        Assert.Equal(Outcome.Met, verdict.Outcome);
        Assert.False(Directory.Exists(Path.Combine(folder, "keys")));
    }

    [Fact]
    public async Task ASigner_SignsNothingElse()
    {
        await using SignerHost signer = await StartAsync();
        using NodeKeys keys = RemoteKeySource.TryParse("unix:" + Socket)!.Open(Origin, false);
        CoseSign1 head = CoseSign1.Sign(new BatchHead(Digest32.Sha256("set"u8), 1, Digest32.Sha256("root"u8)).Encode(), keys.ReceiptSigner);
        Assert.Null(head.Verify(keys.ReceiptSigner.PublicKey));
        foreach (byte[] other in new[] { [], "assay/batch/v1"u8.ToArray(), new BatchHead(default, 1, default).Encode(), new byte[200] })
        {
            Assert.Throws<KeyException>(() => keys.ReceiptSigner.Sign(other, new byte[64]));
            Assert.Throws<KeyException>(() => CoseSign1.Sign(other.Length == BatchHead.Length ? [1] : other, keys.ReceiptSigner));
        }

        // That evidence didn't come in time is the one endorsement that a node makes.
        Digest32 receipt = Digest32.Sha256("receipt"u8);
        Endorsement expired = Endorsement.Create(receipt, Endorsement.QuestionsOfReplay, Basis.Replay, EndorsementFinding.Expired, null, TimeProvider.System.GetUtcNow(), keys.ReceiptSigner);
        Assert.Null(expired.Verify());
        Assert.Throws<KeyException>(() => Endorsement.Create(receipt, Endorsement.QuestionsOfReplay, Basis.Replay, EndorsementFinding.Established, receipt, TimeProvider.System.GetUtcNow(), keys.ReceiptSigner));

        _ = keys.LogSigner.Sign(new Checkpoint(Origin, 5, Digest32.Sha256("5"u8)).Format());
        _ = keys.LogSigner.Sign(new Checkpoint(Origin, 5, Digest32.Sha256("5"u8)).Format());
        foreach (string text in new[]
        {
            "hello\n", new Checkpoint("other.example", 6, default).Format(), new Checkpoint(Origin, 4, default).Format(),
            new Checkpoint(Origin, 5, Digest32.Sha256("fork"u8)).Format(), new Checkpoint(Origin, 6, default).Format() + "more\n",
        })
        {
            Assert.Throws<KeyException>(() => keys.LogSigner.Sign(text));
        }
    }

    [Fact]
    public async Task ASocketThatOthersCouldReach_OrThatIsTaken_OrOfAnotherLog_IsRefused()
    {
        await using (SignerHost signer = await StartAsync())
        {
            Assert.Equal(NodeKeyErrors.Signer, (await Assert.ThrowsAsync<KeyException>(StartAsync)).Code);
            Assert.Equal(NodeKeyErrors.Mismatch, Assert.Throws<KeyException>(() => RemoteKeySource.TryParse("unix:" + Socket)!.Open("other.example", false)).Code);
        }

        Assert.Equal(NodeKeyErrors.Signer, Assert.Throws<KeyException>(() => RemoteKeySource.TryParse("unix:" + Socket)!.Open(Origin, false)).Code);
        File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        Assert.Equal(KeyFileErrors.Mode, (await Assert.ThrowsAsync<KeyException>(StartAsync)).Code);
        Assert.Null(RemoteKeySource.TryParse("http://127.0.0.1:1"));
        Assert.Null(RemoteKeySource.TryParse("unix:relative"));
    }

    private Task<SignerHost> StartAsync() => SignerHost.StartAsync(Socket, new FileKeySource(Path.Combine(_folder, "keys"), null).Open(Origin, mayCreate: true), CancellationToken.None);
}
