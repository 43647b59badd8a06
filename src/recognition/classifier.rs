//! Classifier: the model's last layer, from the features of each step along a line to the characters that are likely there.
//!
//! The layer has thousands of classes, so its weights are nine megabytes of the model's twenty-one. The engine would lay them out anew for each line, as it joins
//! the layer with the turn of its input before it, and would work out each class's share although a handful is likely. Here they are laid out
//! once, and only what is likely is told. The model is not changed: the shares are those that its softmax gives.

use rten::{Model, NodeId, ThreadPool};
use rten_gemm::{BiasVector, GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView};

/// The layer's weights (features × classes) and bias, as the model's file names them.
const WEIGHTS: &str = "linear_8.w_0";
const BIAS: &str = "linear_8.b_0";
/// What the layer is given, turned: one × features × steps.
const FEATURES: &str = "p2o.pd_op.squeeze.0.0";
/// A character that is less likely than this at a step is left out of what is possible there.
const POSSIBLE: f32 = 0.001;
/// A class whose score is lower than the highest by so much adds nothing to the sum: e⁻²⁰ times the classes is 0.00004.
const NEGLIGIBLE: f32 = 20.0;

/// The characters that are likely at one step: their class and how likely they are, 0 to 1.
pub(super) type Step = Vec<(usize, f32)>;

pub(super) struct Classifier {
    weights: PackedBMatrix<f32>,
    bias: Vec<f32>,
    features: NodeId,
}

impl Classifier {
    /// `None` when the model has no such layer.
    pub fn of(model: &Model) -> Option<Classifier> {
        let [features, weights, bias] = [FEATURES, WEIGHTS, BIAS].map(|name| model.find_node(name));
        let [weights, bias] = model.run_n(Vec::new(), [weights?, bias?], None).ok()?;
        let weights: NdTensor<f32, 2> = weights.try_into().ok()?;
        let bias: NdTensor<f32, 1> = bias.try_into().ok()?;
        let bias = bias.to_vec();
        let packed = GemmExecutor::default().prepack_b(weights.view());
        (bias.len() == weights.size(1)).then_some(Classifier { weights: packed, bias, features: features? })
    }

    /// What the model is to be asked for in place of its last output.
    pub fn features(&self) -> NodeId {
        self.features
    }

    /// Class 0 is the blank between characters.
    pub fn classes(&self) -> usize {
        self.bias.len()
    }

    /// What is likely at each step of a line's features (one × features × steps). `None` when they are not of this layer.
    pub fn likely(&self, features: &NdTensor<f32, 3>, pool: &ThreadPool) -> Option<Vec<Step>> {
        let features = features.slice(0);
        let steps: NdTensorView<f32, 2> = features.transposed();
        let classes = self.classes();
        let mut scores = vec![0.0; steps.size(0) * classes];
        let options = GemmOptions { bias: Some(BiasVector::Row(&self.bias)), ..GemmOptions::default() };
        let (input, weights) = (GemmInputA::Unpacked(steps), GemmInputB::Packed(&self.weights));
        pool.run(|| GemmExecutor::default().gemm(&mut scores, input, weights, options)).ok()?;
        Some(scores.chunks_exact(classes).map(likely).collect())
    }
}

/// The classes of one step that are not left out, by softmax.
fn likely(scores: &[f32]) -> Step {
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let near = scores.iter().copied().enumerate().filter(|(_, score)| *score > highest - NEGLIGIBLE);
    let shares: Step = near.map(|(class, score)| (class, (score - highest).exp())).collect();
    let sum: f32 = shares.iter().map(|(_, share)| share).sum();
    shares.into_iter().map(|(class, share)| (class, share / sum)).filter(|(_, share)| *share >= POSSIBLE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_likely_is_told_as_softmax_tells_it() {
        let step = likely(&[2.0, -30.0, 2.0 + 3f32.ln(), -4.0, -5.0]);
        assert_eq!(step.iter().map(|(class, _)| *class).collect::<Vec<_>>(), [0, 2]);
        let expected = 1.0 / (4.0 + (-6f32).exp() + (-7f32).exp());
        assert!((step[0].1 - expected).abs() < 1e-6 && (step[1].1 - 3.0 * expected).abs() < 1e-6);
    }
}
