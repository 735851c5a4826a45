namespace Assay.Client;

/// <summary>What is known of a payment that was signed.</summary>
public enum PaymentState
{
    /// <summary>It was sent, or was about to be, and nothing conclusive came back: the payee may have been paid or not.</summary>
    Unknown,

    /// <summary>The server refused it, each time that it was sent. Until it expires the payee could still take the money.</summary>
    Refused,

    /// <summary>The request was answered.</summary>
    Answered,

    /// <summary>Its owner said that it needn't be waited for.</summary>
    Forgotten,
}
