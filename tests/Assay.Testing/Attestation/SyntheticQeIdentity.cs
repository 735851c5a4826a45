using System.Globalization;

namespace Assay.Testing.Attestation;

/// <summary>What a synthetic identity of a quoting enclave says: that of <see cref="SyntheticQuote"/>'s defaults, up to date.</summary>
public sealed record SyntheticQeIdentity
{
    /// <summary>TD_QE, QE, or QVE.</summary>
    public string Id { get; init; } = "TD_QE";

    /// <summary>2.</summary>
    public int Version { get; init; } = 2;

    /// <summary>When it was issued.</summary>
    public DateTimeOffset IssueDate { get; init; } = SyntheticPki.NotBefore;

    /// <summary>When it ends.</summary>
    public DateTimeOffset NextUpdate { get; init; } = SyntheticPki.NotAfter;

    /// <summary>Evaluation number.</summary>
    public int EvaluationNumber { get; init; } = 18;

    /// <summary>Who signed the enclave.</summary>
    public byte[] MrSigner { get; init; } = [.. Enumerable.Repeat((byte)0xDC, 32)];

    /// <summary>2 for TDX, 1 for SGX.</summary>
    public int IsvProdId { get; init; } = 2;

    /// <summary>Attributes under their mask, hexadecimal.</summary>
    public string Attributes { get; init; } = "11000000000000000000000000000000";

    /// <summary>The mask.</summary>
    public string AttributesMask { get; init; } = "FBFFFFFFFFFFFFFF0000000000000000";

    /// <summary>MISCSELECT under a full mask, hexadecimal.</summary>
    public string MiscSelect { get; init; } = "00000000";

    /// <summary>Levels.</summary>
    public IReadOnlyList<SyntheticIsvLevel> Levels { get; init; } = [new(4, "UpToDate")];

    /// <summary>Of the enclave that quotes SGX.</summary>
    public static SyntheticQeIdentity Sgx { get; } = new() { Id = "QE", IsvProdId = 1 };

    /// <summary>The object that is signed.</summary>
    public string ToJson() => string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"id\":\"{Id}\",\"version\":{Version},\"issueDate\":\"{SyntheticTcbInfo.Time(IssueDate)}\",\"nextUpdate\":\"{SyntheticTcbInfo.Time(NextUpdate)}\",\"tcbEvaluationDataNumber\":{EvaluationNumber},\"miscselect\":\"{MiscSelect}\",\"miscselectMask\":\"FFFFFFFF\",\"attributes\":\"{Attributes}\",\"attributesMask\":\"{AttributesMask}\",\"mrsigner\":\"{Convert.ToHexString(MrSigner)}\",\"isvprodid\":{IsvProdId},\"tcbLevels\":{SyntheticTcbInfo.IsvLevels(Levels)}}}");
}
