using System.Diagnostics.CodeAnalysis;

namespace Assay.Models.Store;

/// <summary>A value, or one of <see cref="StoreErrors"/> with words.</summary>
/// <param name="Value">Null exactly when there is an error.</param>
/// <param name="Error">The code.</param>
/// <param name="Message">In words.</param>
public sealed record StoreResult<T>(T? Value, string? Error, string? Message)
    where T : class
{
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Found => Value is not null;
}
