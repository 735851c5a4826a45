namespace Assay.Verification;

/// <summary>The sentences of detail codes, for those who show single checks.</summary>
public static class VerdictWords
{
    /// <summary>Why a check isn't a pass.</summary>
    public static string OfDetail(string code) => CheckWords.Detail(code);
}
