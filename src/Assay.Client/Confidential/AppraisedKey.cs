using Assay.Attestation;
using Assay.Ohttp;

namespace Assay.Client;

/// <summary>A key that the caller's own policy accepts, and until when it's used without asking again.</summary>
internal sealed record AppraisedKey(OhttpKeyConfig Config, Appraisal Appraisal, DateTimeOffset Until);
