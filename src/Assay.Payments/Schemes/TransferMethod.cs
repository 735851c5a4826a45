namespace Assay.Payments;

/// <summary>How a token is moved: what the payer signs (spec/payment.md, "Payment").</summary>
public enum TransferMethod
{
    /// <summary>TransferWithAuthorization of the token itself (EIP-3009); scheme <c>exact</c>.</summary>
    Eip3009,

    /// <summary>Permit2's PermitWitnessTransferFrom by the exact proxy; scheme <c>exact</c>.</summary>
    Permit2,

    /// <summary>Permit2's PermitWitnessTransferFrom by the upto proxy; scheme <c>upto</c>.</summary>
    Permit2Upto,
}
