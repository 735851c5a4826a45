namespace Assay.Receipts;

/// <summary>When an answer is handed out (member <c>release</c> of a policy document).</summary>
public enum ReleaseRule
{
    /// <summary>Only when everything that the policy requires of the node is established.</summary>
    AfterEvidence,

    /// <summary>At once, marked provisional; what is required follows.</summary>
    Provisional,
}
