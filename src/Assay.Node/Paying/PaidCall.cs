namespace Assay.Node.Paying;

/// <summary>A request as it came in, with how it is paid for.</summary>
/// <param name="Request">The request.</param>
/// <param name="Payment">The payment's header; null: there is none.</param>
/// <param name="Version">The version whose header it is.</param>
/// <param name="Resource">The address that was called, as callers see it.</param>
/// <param name="Gone">Whether the caller is gone.</param>
internal sealed record PaidCall(ISoldRequest Request, string? Payment, int Version, Uri Resource, CancellationToken Gone);
