using Assay.Client;
using Assay.Files;
using Assay.Log;
using Assay.Node.Keys;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Tests.Keys;

/// <summary>Rotation and revocation on a real node's folder (issue: a receipt made before a rotation verifies after it, …).</summary>
public sealed class KeyChangeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-keys-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task AfterARotation_OldAndNewReceiptsAreMet_UnderTheFirstTrustFileAndUnderTheNewOne()
    {
        (ReceiptId old, TrustFile firstTrust, KeySet firstSet) = await AskOnceAsync();
        (KeySet next, ulong index) = await KeyChange.RotateAsync(_folder, TimeProvider.System);

        await using NodeFixture node = await NodeFixture.StartAsync(folder: _folder);
        Answer answer = await node.Client.AskAsync("tiny", [NodeFixture.Input(3, 4)], VerificationLevel.Signed, CancellationToken.None);
        byte[] oldBundle = await node.Client.GetBundleAsync(old, null, CancellationToken.None);
        Assert.Equal(next.Digest, node.Host.Identity.KeySet.Digest);
        Assert.Equal(firstSet.Digest, Bundle.TryDecode(oldBundle, out _)!.KeySet.Digest);
        Assert.Equal([0UL, index], Bundle.TryDecode(oldBundle, out _)!.KeyEvents.Select(static e => e.Index));

        // A third party's clock may be wrong by an hour in either direction: no key becomes good or bad by it.
        foreach (TrustFile trust in new[] { firstTrust, node.Trust })
        {
            foreach (TimeSpan wrong in new[] { TimeSpan.Zero, TimeSpan.FromHours(1) })
            {
                Assert.Equal((Outcome.Met, "met"), Judge(oldBundle, trust, wrong));
                Assert.Equal((Outcome.Met, "met"), Judge(answer.Bundle, trust, wrong));
            }
        }
    }

    [Fact]
    public async Task AStolenRetiredKey_BackdatesAReceipt_ButItsPlaceInTheLogGivesItAway()
    {
        (_, TrustFile trust, KeySet firstSet) = await AskOnceAsync();

        // The thief has a copy of the whole folder of before the rotation, and gets its receipt into the real log.
        string stolen = Directory.CreateTempSubdirectory("assay-stolen-").FullName;
        foreach (string file in Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Where(static f => !f.Contains("/log/", StringComparison.Ordinal)))
        {
            string target = Path.Combine(stolen, Path.GetRelativePath(_folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        await KeyChange.RotateAsync(_folder, TimeProvider.System);
        Bundle forged;
        using (NodeIdentity thief = NodeIdentity.OpenOrCreate(stolen, "test.example/log", TimeProvider.System.GetUtcNow()))
        await using (TiledLog log = TiledLog.Open(Path.Combine(_folder, "log"), new LogOptions { Signer = thief.LogSigner }))
        {
            Assert.Equal(firstSet.Digest, thief.KeySet.Digest);
            forged = await ForgeAsync(thief, log, new KeyFiles(_folder).ReadEvents());
        }

        Directory.Delete(stolen, recursive: true);
        foreach (TimeSpan wrong in new[] { TimeSpan.Zero, TimeSpan.FromHours(1), TimeSpan.FromHours(-1) })
        {
            Verdict verdict = Verifier.Verify(new VerificationInput { Bundle = forged.Encode(), Trust = trust, Now = TimeProvider.System.GetUtcNow() + wrong });
            Assert.Equal((Outcome.Untrusted, CheckCodes.KeySetValidity), (verdict.Outcome, verdict.Reason));
            Assert.Equal(wrong < TimeSpan.Zero ? DetailCodes.IssuedInFuture : DetailCodes.Retired, verdict.Checks.Single(static c => c.Code == CheckCodes.KeySetValidity).Detail);
        }
    }

    [Fact]
    public async Task ARevokedKey_IsRefusedFromItsRevocationOn_AndTheOneInForceIsReplacedFirst()
    {
        (ReceiptId id, TrustFile trust, KeySet firstSet) = await AskOnceAsync();
        await KeyChange.RotateAsync(_folder, TimeProvider.System);
        await KeyChange.RevokeAsync(_folder, firstSet.Digest, DateTimeOffset.UtcNow.AddHours(1), "theft noticed", TimeProvider.System);
        Assert.Equal((Outcome.Met, "met"), Judge(await BundleAsync(id), trust, TimeSpan.Zero));

        await KeyChange.RevokeAsync(_folder, firstSet.Digest, DateTimeOffset.UtcNow.AddHours(-1), "it was earlier", TimeProvider.System);
        byte[] bundle = await BundleAsync(id);
        Assert.Equal((Outcome.Untrusted, CheckCodes.KeySetValidity), Judge(bundle, trust, TimeSpan.Zero));
        Assert.Equal((Outcome.Untrusted, CheckCodes.KeySetValidity), Judge(bundle, trust, TimeSpan.FromHours(1)));

        NodeKeyHistory history = await KeyChange.HistoryAsync(_folder, TimeProvider.System);
        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(() =>
            KeyChange.RevokeAsync(_folder, history.Current.Digest, DateTimeOffset.UtcNow, "this one too", TimeProvider.System));
        Assert.Contains("assay keyset rotate", refused.Message, StringComparison.Ordinal);
        Assert.Equal(DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeMilliseconds(), history.RevocationOf(history.Sets[0])!.From, 600_000.0);
    }

    [Theory]
    [InlineData("key written", false)]
    [InlineData("pending written", false)]
    [InlineData("logged", true)]
    [InlineData("event noted", true)]
    [InlineData("gone over", true)]
    [InlineData("old key deleted", true)]
    public async Task InterruptedAnywhere_TheRotationIsDoneOrWasNever(string step, bool isDone)
    {
        (ReceiptId old, TrustFile trust, KeySet firstSet) = await AskOnceAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() =>
            KeyChange.RotateAsync(_folder, TimeProvider.System, at => _ = at == step ? throw new OperationCanceledException() : 0));

        await using (NodeFixture node = await NodeFixture.StartAsync(folder: _folder))
        {
            Assert.Equal(isDone, node.Host.Identity.KeySet.Digest != firstSet.Digest);
            Answer answer = await node.Client.AskAsync("tiny", [NodeFixture.Input(3, 4)], VerificationLevel.Signed, CancellationToken.None);
            Assert.Equal((Outcome.Met, "met"), Judge(answer.Bundle, trust, TimeSpan.Zero));
            Assert.Equal((Outcome.Met, "met"), Judge(await node.Client.GetBundleAsync(old, null, CancellationToken.None), trust, TimeSpan.Zero));
        }

        // And the next rotation works.
        await KeyChange.RotateAsync(_folder, TimeProvider.System);
        Assert.Equal(isDone ? 3 : 2, (await KeyChange.HistoryAsync(_folder, TimeProvider.System)).Sets.Count);
        Assert.Single(Directory.EnumerateFiles(Path.Combine(_folder, "keys"), "receipt*"));
    }

    [Fact]
    public async Task AFolderOfAnEarlierBuild_IsRotated_AndItsKeyIsNeverDeletedTooEarly()
    {
        (_, TrustFile trust, _) = await AskOnceAsync();
        KeyFiles files = new(_folder);
        string old = Path.Combine(_folder, "keys", "receipt.pem");
        File.Move(files.ReceiptKeyPath(files.ReadKeySet()), old);
        foreach (string step in new[] { "key written", "pending written" })
        {
            await Assert.ThrowsAsync<OperationCanceledException>(() =>
                KeyChange.RotateAsync(_folder, TimeProvider.System, at => _ = at == step ? throw new OperationCanceledException() : 0));
            await using NodeFixture node = await NodeFixture.StartAsync(folder: _folder);
            Assert.True(File.Exists(old));
        }

        await KeyChange.RotateAsync(_folder, TimeProvider.System);
        Assert.False(File.Exists(old));
        await using NodeFixture again = await NodeFixture.StartAsync(folder: _folder);
        Answer answer = await again.Client.AskAsync("tiny", [NodeFixture.Input(3, 4)], VerificationLevel.Signed, CancellationToken.None);
        Assert.Equal((Outcome.Met, "met"), Judge(answer.Bundle, trust, TimeSpan.Zero));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-6 * 365 * 24)]
    public async Task OutsideItsKeysInterval_ANodeRefusesBeforeItWorks(int hoursFromNow)
    {
        using (NodeIdentity.OpenOrCreate(_folder, "test.example/log", TimeProvider.System.GetUtcNow().AddHours(hoursFromNow)))
        {
        }

        await using NodeFixture node = await NodeFixture.StartAsync(folder: _folder);
        NodeException refused = await Assert.ThrowsAsync<NodeException>(() =>
            node.Client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Signed, CancellationToken.None));
        Assert.Equal("keyset/not-in-force", refused.Code);
    }

    [Fact]
    public async Task ARunningNode_IsNotRotated()
    {
        await using NodeFixture node = await NodeFixture.StartAsync(folder: _folder);
        LogException locked = await Assert.ThrowsAsync<LogException>(() => KeyChange.RotateAsync(_folder, TimeProvider.System));
        Assert.Equal(LogErrors.Locked, locked.Code);
    }

    [Fact]
    public async Task KeysThatTheLogHasLeft_ChangeNothing_AndTheLogStaysWhole()
    {
        // The folder of before the rotation comes back (a backup, or another process rotated a moment ago), its log doesn't.
        (_, _, KeySet firstSet) = await AskOnceAsync();
        KeyFiles files = new(_folder);
        string key = files.ReceiptKeyPath(files.ReadKeySet());
        byte[] keySet = await File.ReadAllBytesAsync(files.KeySetPath);
        byte[] pem = await File.ReadAllBytesAsync(key);
        (KeySet next, _) = await KeyChange.RotateAsync(_folder, TimeProvider.System);
        byte[] nextKeySet = await File.ReadAllBytesAsync(files.KeySetPath);
        OwnerOnlyFile.Write(files.KeySetPath, keySet);
        OwnerOnlyFile.Write(key, pem);

        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(() => KeyChange.RotateAsync(_folder, TimeProvider.System));
        Assert.Contains(next.Digest.ToString(), refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidDataException>(() => KeyChange.RevokeAsync(_folder, next.Digest, DateTimeOffset.UtcNow, "no", TimeProvider.System));
        await Assert.ThrowsAsync<InvalidDataException>(() => KeyChange.RevokeAsync(_folder, firstSet.Digest, DateTimeOffset.UtcNow, "no", TimeProvider.System));

        OwnerOnlyFile.Write(files.KeySetPath, nextKeySet);
        Assert.Equal(2, (await KeyChange.HistoryAsync(_folder, TimeProvider.System)).Sets.Count);
        await using NodeFixture again = await NodeFixture.StartAsync(folder: _folder);
    }

    [Fact]
    public async Task RevokedKeysInForce_NeitherServeNorHandOn_AndTheAdviceWorks()
    {
        (_, _, KeySet firstSet) = await AskOnceAsync();
        ulong size = await LogAsync(identity => new LogEntry.ForRevocation(KeyRevocation.Create(firstSet.Digest, DateTimeOffset.UtcNow, "stolen", identity.ReceiptSigner)));
        InvalidDataException served = await Assert.ThrowsAsync<InvalidDataException>(() => NodeFixture.StartAsync(folder: _folder));
        InvalidDataException rotated = await Assert.ThrowsAsync<InvalidDataException>(() => KeyChange.RotateAsync(_folder, TimeProvider.System));
        Assert.Equal(served.Message, rotated.Message);
        Assert.Contains("new folder", served.Message, StringComparison.Ordinal);

        // Nothing was logged, and what was said can be read.
        NodeKeyHistory history = await KeyChange.HistoryAsync(_folder, TimeProvider.System);
        Assert.Equal(size, history.Events[^1].Index);
        Assert.Equal("stolen", history.RevocationOf(history.Current)!.Reason);
    }

    [Fact]
    public async Task KeyThatComesBack_IsNoHistory()
    {
        (_, _, KeySet firstSet) = await AskOnceAsync();
        using System.Security.Cryptography.ECDsa firstKey = new KeyFiles(_folder).ReadReceiptKey(firstSet);
        using Es256Signer first = new(firstKey);
        await KeyChange.RotateAsync(_folder, TimeProvider.System);
        await LogAsync(identity => new LogEntry.ForRotation(KeyRotation.Create(identity.KeySet, identity.ReceiptSigner, firstSet, first)));
        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(() => KeyChange.HistoryAsync(_folder, TimeProvider.System));
        Assert.Contains(ReceiptErrors.HistoryEntry, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StrangersSets_AreNotRevoked()
    {
        await AskOnceAsync();
        await Assert.ThrowsAsync<InvalidDataException>(() => KeyChange.RevokeAsync(_folder, Digest32.Sha256("x"u8), DateTimeOffset.UtcNow, "no", TimeProvider.System));
    }

    private static (Outcome, string) Judge(byte[] bundle, TrustFile trust, TimeSpan wrong)
    {
        Verdict verdict = Verifier.Verify(new VerificationInput { Bundle = bundle, Trust = trust, Now = TimeProvider.System.GetUtcNow() + wrong });
        return (verdict.Outcome, verdict.Reason);
    }

    private async Task<(ReceiptId Id, TrustFile Trust, KeySet KeySet)> AskOnceAsync()
    {
        await using NodeFixture node = await NodeFixture.StartAsync(folder: _folder);
        Answer answer = await node.Client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Signed, CancellationToken.None);
        return (answer.ReceiptId, node.Trust, node.Host.Identity.KeySet);
    }

    // An entry that no command makes: as if it had come from elsewhere.
    private async Task<ulong> LogAsync(Func<NodeIdentity, LogEntry> entry)
    {
        KeyFiles files = new(_folder);
        using NodeIdentity identity = NodeIdentity.OpenOrCreate(_folder, files.ReadKeySet().Origin, DateTimeOffset.UtcNow);
        await using TiledLog log = TiledLog.Open(Path.Combine(_folder, "log"), new LogOptions { Signer = identity.LogSigner });
        using LogBatch batch = log.BeginBatch();
        ulong index = batch.Append(entry(identity).Encode());
        batch.Commit();
        files.AddEvent(index);
        return index;
    }

    private async Task<byte[]> BundleAsync(ReceiptId id)
    {
        await using NodeFixture node = await NodeFixture.StartAsync(folder: _folder);
        return await node.Client.GetBundleAsync(id, null, CancellationToken.None);
    }

    // A back-dated receipt with the retired key, logged now: what an insider with the old key and access to the log can do.
    private static async Task<Bundle> ForgeAsync(NodeIdentity thief, TiledLog log, IReadOnlyList<ulong> keyEvents)
    {
        ClaimsBuilder builder = new(System.Security.Cryptography.RandomNumberGenerator.Fill);
        TensorValue[] outputs = [TensorValue.Create("y", [1], new byte[4])];
        SaltedTree claims = builder.BuildClaims(new ClaimValues
        {
            RequestPolicy = PolicyDocument.For(VerificationLevel.Signed),
            RequestLevelSource = LevelSource.Request,
            ModelName = "tiny",
            PartiesNode = thief.KeySet.Origin,
        });
        SaltedTree output = builder.BuildOutput(outputs);
        ReceiptStatement statement = new()
        {
            KeySet = thief.KeySet.Digest,
            Id = ReceiptId.Create(TimeProvider.System.GetUtcNow(), new byte[ReceiptId.RandomSize]),
            IssuedAt = thief.KeySet.NotBefore + 1,
            Counter = 1,
            Policy = PolicyDocument.For(VerificationLevel.Signed).Digest,
            LevelSource = LevelSource.Request,
            ClaimsRoot = claims.Root,
            OutputRoot = output.Root,
            Phase = ReceiptPhase.Final,
        };
        ReceiptEnvelope envelope = BatchSigner.Sign([statement], thief.ReceiptSigner)[0];
        ulong index;
        using (LogBatch batch = log.BeginBatch())
        {
            index = batch.Append(new LogEntry.ForReceipt(envelope.Digest, VerificationLevel.Signed, SizeBucket.Undisclosed).Encode());
            batch.Commit();
        }

        await log.IntegrateAsync();
        LogCheckpoint checkpoint = log.Checkpoint;
        Log.LogProof proof = log.GetProof(index, checkpoint)!;
        List<KeyEvent> events = [];
        foreach (ulong place in keyEvents.Prepend(0UL))
        {
            Log.LogProof each = log.GetProof(place, checkpoint)!;
            events.Add(KeyEvent.Create(each.Entry, place, [.. each.Path]));
        }

        return Bundle.Create(envelope, thief.KeySet, claims.Section, output.Section, [], Receipts.LogProof.Create(proof.Entry, index, [.. proof.Path], checkpoint.Note), events);
    }
}
