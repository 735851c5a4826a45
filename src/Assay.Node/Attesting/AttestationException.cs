namespace Assay.Node.Attesting;

/// <summary>A node that was told to attest can't. It doesn't start: without evidence it would be another node than the operator asked for.</summary>
public sealed class AttestationException(string code, string message, string nearest) : Exception(message)
{
    /// <summary>A stable code (docs/errors.md, "Attesting").</summary>
    public string Code { get; } = code;

    /// <summary>What would work.</summary>
    public string Nearest { get; } = nearest;
}
