using System.Text.Json.Serialization;

namespace Assay.Models.Presentation;

/// <summary>What people have, and the input tensor that it becomes.</summary>
/// <param name="Tensor">The input's name.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(PictureInput), "picture")]
[JsonDerivedType(typeof(TableInput), "table")]
[JsonDerivedType(typeof(SoundInput), "sound")]
public abstract record InputPresentation(string Tensor);
