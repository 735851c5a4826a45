namespace Assay.Attestation;

/// <summary>The endpoints of OpenGradient's enclaves, which hash different parts of a request.</summary>
public enum OpenGradientEndpoint
{
    /// <summary><c>/v1/chat/completions</c>.</summary>
    Chat,

    /// <summary><c>/v1/completions</c>.</summary>
    Completion,

    /// <summary><c>/v1/web_search</c>: the whole body.</summary>
    WebSearch,
}
