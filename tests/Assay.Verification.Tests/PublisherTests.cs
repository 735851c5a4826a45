using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Primitives.Cose;
using Assay.Receipts;
using Assay.Testing;
using Xunit.Abstractions;

namespace Assay.Verification.Tests;

public sealed class PublisherTests(ITestOutputHelper output)
{
    private static readonly string File = Path.Combine(Oracles.RepositoryRoot, "spec", "vectors", "publisher", "statements.json");
    private static readonly FixedSigner Acme = new(Digest32.Sha256("publisher acme"u8));
    private static readonly FixedSigner Other = new(Digest32.Sha256("publisher other"u8));
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch.AddDays(20700);
    private static readonly PublishedModel Model = new(new ModelId(Digest32.Sha256("model"u8)), Digest32.Sha256("statement"u8), Digest32.Sha256("card"u8), Digest32.Sha256("source"u8));
    private static readonly string Trust = $"publisher acme {Acme.PublicKey.Thumbprint()}\n";

    private sealed record Vector(string Name, byte[] Statement, PublishedModel Model, string? Trust, CheckResult Result, string? Code, bool CoversCard = false);

    private static PublisherStatement Signed(IEs256Signer? signer = null, Digest32? statement = null, string name = "Acme Models", bool card = true) =>
        PublisherStatement.Create(Model.Id, statement ?? Model.Statement, card ? Model.Card : null, Model.Source, name, At, signer ?? Acme);

    private static List<Vector> Catalogue()
    {
        byte[] good = Signed().Bytes.ToArray();
        byte[] payload = CoseSign1.TryDecode(good, out _)!.Payload;
        List<Vector> vectors =
        [
            new("named", good, Model, Trust, CheckResult.Pass, null, true),
            new("named-without-card", Signed(card: false).Bytes.ToArray(), Model, Trust, CheckResult.Pass, null),
            new("named-model-without-card", good, Model with { Card = null }, Trust, CheckResult.Pass, null),
            new("name-beyond-ascii", Signed(name: "Zażółć").Bytes.ToArray(), Model, Trust, CheckResult.Pass, null, true),
            new("claims-the-name-of-another", Signed(Other, name: "acme").Bytes.ToArray(), Model, Trust, CheckResult.NotEvaluated, PublisherCodes.NotNamed, true),
            new("no-trust-file", good, Model, null, CheckResult.NotEvaluated, PublisherCodes.NoTrustFile, true),
            new("empty-trust-file", good, Model, "", CheckResult.NotEvaluated, PublisherCodes.NotNamed, true),
            new("other-model", good, Model with { Id = new ModelId(Digest32.Sha256("x"u8)) }, Trust, CheckResult.Fail, PublisherCodes.OtherModel),
            new("other-source", good, Model with { Source = Digest32.Sha256("x"u8) }, Trust, CheckResult.Fail, PublisherCodes.OtherSource),
            new("other-statement", good, Model with { Statement = Digest32.Sha256("x"u8) }, Trust, CheckResult.Fail, PublisherCodes.OtherStatement),
            new("other-card", good, Model with { Card = Digest32.Sha256("x"u8) }, Trust, CheckResult.Fail, PublisherCodes.OtherCard),
            new("other-model-and-statement", good, Model with { Id = new ModelId(Digest32.Sha256("x"u8)), Statement = default }, null, CheckResult.Fail, PublisherCodes.OtherModel),
            new("signature-flipped", Flipped(good, good.Length - 1), Model, Trust, CheckResult.Fail, CoseErrors.Signature),
            new("payload-flipped", Flipped(good, good.AsSpan().IndexOf("Acme"u8)), Model, Trust, CheckResult.Fail, CoseErrors.Signature),
            new("signed-by-another-key", Swapped(payload), Model, Trust, CheckResult.Fail, CoseErrors.KeyId),
            new("high-s", HighS(good), Model, Trust, CheckResult.Fail, CoseErrors.SignatureMalleable),
            new("empty", [], Model, Trust, CheckResult.Fail, CborErrors.Truncated),
            new("truncated", good[..^1], Model, Trust, CheckResult.Fail, CborErrors.Truncated),
            new("trailing-byte", [.. good, 0], Model, Trust, CheckResult.Fail, CborErrors.TrailingData),
            new("tagged", [0xd2, .. good], Model, Trust, CheckResult.Fail, CborErrors.Unsupported),
            new("too-long", new byte[PublisherStatement.MaxLength + 1], Model, Trust, CheckResult.Fail, ReceiptErrors.PublisherLayout),
            new("an-endorsement", Endorsement.Create(Model.Statement, Endorsement.QuestionsOfReplay, Basis.Replay, EndorsementFinding.Established, Model.Source, At, Acme).Bytes.ToArray(), Model, Trust, CheckResult.Fail, ReceiptErrors.PublisherLayout),
        ];
        void Payload(string name, string code, Action<CborWriter> write) => vectors.Add(new(name, Made(write), Model, Trust, CheckResult.Fail, code));
        Payload("profile", ReceiptErrors.PublisherLayout, static w => Write(w, profile: "assay/publisher-statement/v2"));
        Payload("name-empty", ReceiptErrors.PublisherLayout, static w => Write(w, name: ""));
        Payload("name-too-long", ReceiptErrors.PublisherLayout, static w => Write(w, name: new string('a', 129)));
        Payload("name-control", ReceiptErrors.PublisherLayout, static w => Write(w, name: "Acme\nverified"));
        Payload("name-escape", ReceiptErrors.PublisherLayout, static w => Write(w, name: "Acme\u009b2J"));
        Payload("time-beyond-9999", ReceiptErrors.PublisherLayout, static w => Write(w, time: 253402300800000));
        Payload("time-negative", ReceiptErrors.PublisherLayout, static w => Write(w, time: -1));
        Payload("key-off-curve", ReceiptErrors.PublisherLayout, static w => Write(w, key: new byte[64]));
        Payload("key-short", CborErrors.Length, static w => Write(w, key: new byte[63]));
        Payload("digest-short", CborErrors.Length, static w => Write(w, model: new byte[31]));
        Payload("ninth-key", CborErrors.Length, static w => Write(w, keys: 9));
        return vectors;
    }

    private static void Write(CborWriter w, string profile = DomainTags.PublisherStatement, string name = "Acme Models", long? time = null, byte[]? key = null, byte[]? model = null, int keys = 8)
    {
        Span<byte> at = stackalloc byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(at, time ?? At.ToUnixTimeMilliseconds());
        w.WriteMapHeader(keys);
        w.WriteUInt(1);
        w.WriteText(profile);
        w.WriteUInt(2);
        w.WriteBytes(model ?? Model.Id.Value.ToArray());
        w.WriteUInt(3);
        w.WriteBytes(Model.Statement.Bytes);
        w.WriteUInt(4);
        w.WriteBytes(Model.Card!.Value.Bytes);
        w.WriteUInt(5);
        w.WriteBytes(Model.Source.Bytes);
        w.WriteUInt(6);
        w.WriteText(name);
        w.WriteUInt(7);
        w.WriteBytes(at);
        w.WriteUInt(8);
        w.WriteBytes(key ?? Acme.PublicKey.ToArray());
        if (keys == 9)
        {
            w.WriteUInt(9);
            w.WriteNull();
        }
    }

    private static byte[] Made(Action<CborWriter> write)
    {
        CborWriter writer = new();
        write(writer);
        return CoseSign1.Sign(writer.Written, Acme).Encode();
    }

    private static byte[] Flipped(byte[] bytes, int at)
    {
        byte[] copy = [.. bytes];
        copy[at] ^= 1;
        return copy;
    }

    // The payload names one key, the header another: nobody signs in somebody else's name.
    private static byte[] Swapped(byte[] payload) => CoseSign1.Sign(payload, Other).Encode();

    private static byte[] HighS(byte[] good)
    {
        CoseSign1 cose = CoseSign1.TryDecode(good, out _)!;
        byte[] s = FixedSigner.Bytes(FixedSigner.Order - FixedSigner.Number(cose.Signature.AsSpan(32)));
        return (cose with { Signature = [.. cose.Signature[..32], .. s] }).Encode();
    }

    private static byte[] Json(IReadOnlyList<Vector> vectors)
    {
        List<string> lines = [];
        foreach (Vector vector in vectors)
        {
            using MemoryStream stream = new();
            using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            {
                writer.WriteStartObject();
                writer.WriteString("name", vector.Name);
                writer.WriteString("statement", Convert.ToHexStringLower(vector.Statement));
                writer.WriteString("modelId", vector.Model.Id.ToString());
                writer.WriteString("modelStatement", vector.Model.Statement.ToString());
                writer.WriteString("card", vector.Model.Card?.ToString());
                writer.WriteString("source", vector.Model.Source.ToString());
                writer.WriteString("trust", vector.Trust);
                writer.WriteString("result", vector.Result switch { CheckResult.Pass => "pass", CheckResult.Fail => "fail", _ => "not-evaluated" });
                writer.WriteString("code", vector.Code);
                writer.WriteBoolean("coversCard", vector.CoversCard);
                writer.WriteEndObject();
            }

            lines.Add(Encoding.UTF8.GetString(stream.ToArray()));
        }

        return Encoding.UTF8.GetBytes("{\"profile\":\"assay/publisher-vectors/v1\",\"vectors\":[\n" + string.Join(",\n", lines) + "\n]}\n");
    }

    [Fact]
    public void Appraise_EveryVector_IsJudgedAsItsAuthorSaid()
    {
        List<Vector> vectors = Catalogue();
        foreach (Vector vector in vectors)
        {
            PublisherFact fact = PublisherAppraisal.Appraise(vector.Statement, vector.Model, vector.Trust is null ? null : World.ParseTrust(vector.Trust));
            Assert.Equal((vector.Name, vector.Result, vector.Code, vector.CoversCard), (vector.Name, fact.Result, fact.Code, fact.CoversCard));
            Assert.Equal(fact.Result == CheckResult.Pass, fact.Code is null);
        }

        byte[] made = Json(vectors);
        if (Environment.GetEnvironmentVariable("ASSAY_WRITE_VECTORS") == "1")
        {
            System.IO.File.WriteAllBytes(File, made);
        }

        Assert.True(made.AsSpan().SequenceEqual(System.IO.File.ReadAllBytes(File)), "statements.json isn't what the catalogue makes; ASSAY_WRITE_VECTORS=1 rewrites it.");
    }

    [Fact]
    public void Statement_SaysWhatItWasMadeOf()
    {
        PublisherStatement read = PublisherStatement.TryDecode(Signed().Bytes, out string? error)!;
        Assert.Null(error);
        Assert.Null(read.Verify());
        Assert.Equal(Model, new PublishedModel(read.Model, read.Statement, read.Card, read.Source));
        Assert.Equal(("Acme Models", At.ToUnixTimeMilliseconds(), Acme.PublicKey), (read.Name, read.At, read.Publisher));
        PublisherFact fact = PublisherAppraisal.Appraise(read.Bytes, Model, World.ParseTrust(Trust));
        Assert.Equal(("acme", "Acme Models", At, Acme.PublicKey.Thumbprint()), (fact.TrustedName, fact.ClaimedName, fact.At, fact.Publisher!.Value));
        Assert.Throws<ArgumentException>(() => Signed(name: ""));
        Assert.Throws<ArgumentException>(() => Signed(name: "a\u0000"));
        foreach (string steering in new[] { "acme\u202Eemca", "a\u2066b", "a\u200Db", "\uFEFFacme", "a\u00ADb", "a\U000E0041" })
        {
            Assert.Throws<ArgumentException>(() => Signed(name: steering));
        }

        Assert.Equal("Æsop \U0001F600", Signed(name: "Æsop \U0001F600").Name);
        Assert.Throws<ArgumentException>(() => PublisherStatement.Create(Model.Id, default, null, default, "a", DateTimeOffset.UnixEpoch.AddDays(-1), Acme));
    }

    [Fact]
    public void TryDecode_TruncatedOrFlipped_IsNeverFine()
    {
        byte[] good = Signed().Bytes.ToArray();
        TrustFile trust = World.ParseTrust(Trust);
        for (int length = 0; length < good.Length; length++)
        {
            Assert.Equal(CheckResult.Fail, PublisherAppraisal.Appraise(good.AsMemory(0, length), Model, trust).Result);
        }

        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] flipped = [.. good];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(CheckResult.Pass, PublisherAppraisal.Appraise(flipped, Model, trust).Result);
        }
    }

    [Fact]
    public void Appraise_Mutated_NeverThrows()
    {
        TrustFile trust = World.ParseTrust(Trust);
        FuzzSummary summary = FuzzRun.Run([Signed().Bytes.ToArray(), Signed(Other).Bytes.ToArray()], bytes =>
        {
            PublisherFact fact = PublisherAppraisal.Appraise(bytes, Model, trust);
            Assert.Equal(fact.Result == CheckResult.Pass, fact.Code is null);
            return fact.Result != CheckResult.Fail;
        }, oneOf: 4);
        output.WriteLine(summary.ToString());
    }
}
